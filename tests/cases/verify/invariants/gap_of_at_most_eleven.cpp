// contract: ledger
// truth: unsafe
// expect: refuted invariant_kept_by_decide
bool invariant(const Ledger& ledger) { return ledger.high - ledger.low <= 10 && ledger.low <= ledger.high; }
i64 decide(const Event& event, Ledger& ledger) {
  if (event.hit) ledger.high = min(ledger.high + 1, 1000);
  if (ledger.high - ledger.low > 11) ledger.low = ledger.high - 10;
  return clamp((ledger.high - ledger.low) * 90, 0, 1000);
}
