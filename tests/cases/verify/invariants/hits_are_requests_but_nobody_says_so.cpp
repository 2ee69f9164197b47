// contract: ledger
// truth: unsafe
// expect: refuted output_range
// Of a state with more hits than requests the claims speak, too: nothing excludes it.
i64 decide(const Event& event, Ledger& ledger) {
  if (ledger.requests == 1LL << 40) return 0;
  ledger.requests += 1;
  if (event.hit) ledger.hits = min(ledger.hits + 1, 1LL << 40);
  return ledger.hits * 1000 / ledger.requests;
}
