// contract: congestion
// truth: safe
// The repaired twin: at least one segment is taken away.
i64 on_round(const Signals& now, Flow& flow) {
  if (now.loss > 0 && flow.window > 0) flow.window -= max(flow.window * now.loss / kOne, 1);
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
