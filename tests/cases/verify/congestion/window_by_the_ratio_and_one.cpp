// contract: congestion
// truth: unsafe
// expect: refuted large_delay_does_not_grow
// Over the reals w / 2 + 1 is below w for each w above 2; a window of 0 or 1 grows.
i64 on_round(const Signals& now, Flow& flow) {
  flow.window = min(flow.window * now.ratio / kOne + 1, kMaxWindow);
  return flow.window;
}
// ---- properties
/// Where the least delay is at most half of the delay the window does not grow.
ASSAY_PROPERTY(large_delay_does_not_grow, required) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  now.ratio = any_in(0, kOne / 2);
  const i64 before = flow.window;
  prove(on_round(now, flow) <= before);
}
