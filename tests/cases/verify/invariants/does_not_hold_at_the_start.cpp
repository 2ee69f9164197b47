// contract: ledger
// truth: unsafe
// expect: refuted invariant_holds_at_start
// expect: refuted no_undefined_behaviour line 8
// It is kept, and would exclude the division by zero; but a run starts with zeros.
bool invariant(const Ledger& ledger) { return ledger.high > 0; }
i64 decide(const Event& event, Ledger& ledger) {
  const i64 share = 1000 / ledger.high;
  ledger.high = max(ledger.high, event.amount);
  return share;
}
