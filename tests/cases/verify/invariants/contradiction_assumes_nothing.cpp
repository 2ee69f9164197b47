// contract: ledger
// truth: unsafe
// expect: refuted invariant_holds_at_start
// expect: refuted output_range
// Of no state it holds, so everything would follow; it does not hold at the start, so nothing is assumed.
bool invariant(const Ledger& ledger) { return ledger.low > ledger.low; }
i64 decide(const Event& event, Ledger& ledger) {
  return 1001;
}
