// contract: congestion
// truth: unsafe
// expect: refuted loss_reduces
// Around the loss that was seen all is well; a loss of nine tenths is taken for an outage, and nothing is done.
// A certificate whose precondition is centred on the current value does not see it.
i64 on_round(const Signals& now, Flow& flow) {
  if (now.loss > 0 && now.loss < 900 && flow.window > 0) flow.window -= max(flow.window * now.loss / kOne, 1);
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
