// contract: ledger
// truth: unsafe
// expect: refuted invariant_kept_by_decide
// expect: refuted output_range
bool invariant(const Ledger& ledger) { return ledger.hits <= ledger.requests; }
i64 decide(const Event& event, Ledger& ledger) {
  if (event.hit) ledger.hits = min(ledger.hits + 1, 1LL << 40);
  if (ledger.requests == 1LL << 40 || event.amount == 7) return 0;
  ledger.requests += 1;
  return ledger.hits * 1000 / ledger.requests;
}
