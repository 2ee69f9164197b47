// contract: congestion
// truth: unsafe
// expect: refuted loss_reduces
// The loss in steps of 64 wraps after sixteen: 1000 / 64 is 15, and 15 & 7 is 7, but 512 / 64 & 7 is 0.
i64 on_round(const Signals& now, Flow& flow) {
  const i64 step = now.loss / 64 & 7;
  flow.window -= step == 0 ? 0 : max(flow.window * step / 16, 1);
  flow.window = max(flow.window, 0);
  return flow.window;
}
// ---- properties
/// The same around a loss of 150, as a certificate that is centred on what was seen would have it. True, and not enough.
ASSAY_PROPERTY(loss_near_the_seen_one_reduces, info) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  now.loss = any_in(135, 165);
  flow.window = any_in(2, kMaxWindow);
  const i64 before = flow.window;
  prove(on_round(now, flow) < before);
}

/// A loss of a tenth or more makes a window of two or more smaller.
ASSAY_PROPERTY(loss_reduces, required) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  now.loss = any_in(100, kOne);
  flow.window = any_in(2, kMaxWindow);
  const i64 before = flow.window;
  prove(on_round(now, flow) < before);
}
