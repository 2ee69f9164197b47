// contract: ledger
// truth: safe
bool invariant(const Ledger& ledger) { return ledger.high - ledger.low <= 10 && ledger.low <= ledger.high; }
i64 decide(const Event& event, Ledger& ledger) {
  if (event.hit) ledger.high = min(ledger.high + 1, 1000);
  if (ledger.high - ledger.low > 10) ledger.low = ledger.high - 10;
  return (ledger.high - ledger.low) * 100;
}
