// contract: ledger
// truth: safe
bool invariant(const Ledger& ledger) { return ledger.low <= ledger.high; }
i64 decide(const Event& event, Ledger& ledger) {
  ledger.low = min(ledger.low, event.amount);
  ledger.high = max(ledger.high, event.amount);
  return ledger.high - ledger.low;
}
