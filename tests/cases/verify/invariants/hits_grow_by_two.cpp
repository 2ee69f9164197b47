// contract: ledger
// truth: unsafe
// expect: refuted invariant_kept_by_decide
// expect: refuted output_range
bool invariant(const Ledger& ledger) { return ledger.hits <= ledger.requests; }
i64 decide(const Event& event, Ledger& ledger) {
  if (ledger.requests == 1LL << 40) return 0;
  ledger.requests += 1;
  if (event.hit) ledger.hits = min(ledger.hits + 2, 1LL << 40);
  return ledger.hits * 1000 / ledger.requests;
}
