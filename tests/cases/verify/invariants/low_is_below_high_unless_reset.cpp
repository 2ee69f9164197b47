// contract: ledger
// truth: unsafe
// expect: refuted invariant_kept_by_decide
bool invariant(const Ledger& ledger) { return ledger.low <= ledger.high; }
i64 decide(const Event& event, Ledger& ledger) {
  if (event.hit) ledger.low = 1000;
  ledger.low = min(ledger.low, event.amount + 1);
  ledger.high = max(ledger.high, event.amount);
  return max(ledger.high - ledger.low, 0);
}
