// contract: congestion
// truth: safe
// Proportional control: the window goes with the ratio, rounded down.
i64 on_round(const Signals& now, Flow& flow) {
  flow.window = flow.window * now.ratio / kOne;
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
