// contract: ledger
// truth: safe
// Without what holds of the two counts the share could be anything.
bool invariant(const Ledger& ledger) { return ledger.hits <= ledger.requests; }
i64 decide(const Event& event, Ledger& ledger) {
  if (ledger.requests == 1LL << 40) return 0;
  ledger.requests += 1;
  if (event.hit) ledger.hits += 1;
  return ledger.hits * 1000 / ledger.requests;
}
