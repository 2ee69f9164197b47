// contract: congestion
// truth: safe
i64 on_round(const Signals& now, Flow& flow) {
  if (now.loss == 0 && now.ratio >= kOne / 2) flow.window = min(flow.window + 1, kMaxWindow);
  else flow.window = flow.window / 2;
  return flow.window;
}
// ---- properties
/// Where the least delay is at least half of the delay, without loss, the window does not shrink.
ASSAY_PROPERTY(small_delay_does_not_shrink, required) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  now.ratio = any_in(kOne / 2, kOne);
  now.loss = 0;
  const i64 before = flow.window;
  prove(on_round(now, flow) >= before);
}
