// contract: congestion
// truth: unsafe
// expect: refuted loss_reduces
// Over the reals a tenth of the window is taken away. In integers a tenth of a window below ten is nothing:
// a certificate that drops the truncation proves what does not hold.
i64 on_round(const Signals& now, Flow& flow) {
  if (now.loss > 0) flow.window -= flow.window * now.loss / kOne;
  return flow.window;
}
// ---- properties
/// A loss of a tenth or more makes a window of two or more smaller.
ASSAY_PROPERTY(loss_reduces, required) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  now.loss = any_in(100, kOne);
  flow.window = any_in(2, kMaxWindow);
  const i64 before = flow.window;
  prove(on_round(now, flow) < before);
}
