// contract: congestion
// truth: unsafe
// expect: refuted robust
// try: now.ratio=400 noisy.ratio=300 flow.window#2=100
// Far from the threshold nothing moves; at the threshold the window is halved.
i64 on_round(const Signals& now, Flow& flow) {
  if (now.ratio < 400) flow.window /= 2;
  return flow.window;
}
// ---- properties
/// A ratio that is off by a quarter keeps the window within 15 in 100.
ASSAY_PROPERTY(robust, required) {
  auto now = any<Signals>();
  auto flow = any<Flow>();
  flow.window = any_in(100, kMaxWindow);
  auto noisy = now;
  auto same = flow;
  noisy.ratio = any_in(now.ratio * 3 / 4, min(now.ratio * 5 / 4, kOne));
  const i64 quiet = on_round(now, flow), moved = on_round(noisy, same);
  prove(100 * abs(moved - quiet) <= 15 * quiet);
}
