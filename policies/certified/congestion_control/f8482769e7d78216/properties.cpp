// What is proved of a policy besides its safety. Words: policies/abi/property.h.
#include "policies/abi/property.h"
#include "policy.h"

// The window lies within its bounds for all time: each call keeps it there, whatever came before it, for the memory is any of its declared
// ranges, which each call keeps too (the claim output_range).

/// An acknowledgement leaves the window within its bounds.
ASSAY_PROPERTY(window_in_bounds_after_ack, required) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  const i64 window = on_ack(flow, history, memory, pacing);
  prove(kMinWindow <= window && window <= kMaxWindow);
}

/// A loss leaves the window within its bounds.
ASSAY_PROPERTY(window_in_bounds_after_loss, required) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  const i64 window = on_loss(flow, history, memory, pacing);
  prove(kMinWindow <= window && window <= kMaxWindow);
}

/// A timeout leaves the window within its bounds.
ASSAY_PROPERTY(window_in_bounds_after_timeout, required) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  const i64 window = on_timeout(flow, history, memory, pacing);
  prove(kMinWindow <= window && window <= kMaxWindow);
}

/// A timeout does not widen the window beyond what it was, or beyond the first one.
ASSAY_PROPERTY(timeout_does_not_widen, required) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  prove(on_timeout(flow, history, memory, pacing) <= max(flow.window, 10));
}

/// A loss does not widen the window.
ASSAY_PROPERTY(loss_does_not_widen, preferred) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  prove(on_loss(flow, history, memory, pacing) <= flow.window);
}

/// A loss shrinks the window by a tenth at least, where there is room to.
ASSAY_PROPERTY(loss_shrinks, info) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  flow.window = any_in(20, kMaxWindow);
  prove(on_loss(flow, history, memory, pacing) <= flow.window - flow.window / 10);
}

// C3's certificates (Yang et al., "C3: learning congestion controllers with formal certificates", published as Canopy): performance and
// robustness of one decision, over all states. Theirs speak of a network over real numbers; these of the code, in its integers.
// Share: the part of the inputs for which the claim is proved (verify/certify_grade.h).

/// Brings every round-trip time that the policy is shown into low..high.
void show_delays(Flow& flow, History& history, i64 low, i64 high) {
  flow.rtt = clamp(flow.rtt, low, high);
  flow.smoothed_rtt = clamp(flow.smoothed_rtt, low, high);
  for (i64 i = 0; i < kRounds; ++i) {
    history.rtt[i] = clamp(history.rtt[i], low, high);
    history.mean_rtt[i] = clamp(history.mean_rtt[i], low, high);
  }
}

/// Performance, large delay: where every round trip takes twice the least one or more, an acknowledgement does not widen a window of
/// 20 packets or more.
ASSAY_PROPERTY(large_delay_does_not_widen, info) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  flow.window = any_in(20, kMaxWindow);
  flow.min_rtt = any_in(1, kMaxRtt / 2);
  show_delays(flow, history, 2 * flow.min_rtt, kMaxRtt);
  prove(on_ack(flow, history, memory, pacing) <= flow.window);
}

/// Performance, small delay: where no round trip takes a third longer than the least one, and nothing is lost or marked, an
/// acknowledgement does not narrow the window.
ASSAY_PROPERTY(small_delay_does_not_narrow, info) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  flow.min_rtt = any_in(1, kMaxRtt / 2);
  show_delays(flow, history, flow.min_rtt, flow.min_rtt + flow.min_rtt / 3);
  flow.lost = 0;
  flow.marked = 0;
  flow.recovering = 0;
  for (i64 i = 0; i < kRounds; ++i) {
    history.lost[i] = 0;
    history.marked[i] = 0;
  }
  prove(on_ack(flow, history, memory, pacing) >= flow.window);
}

/// Robustness: with the newest and the smoothed round-trip time a fourth larger, the answer to an acknowledgement changes by at most
/// 15 % and a packet.
ASSAY_PROPERTY(robust_to_delay_noise, info) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  flow.rtt = any_in(0, kMaxRtt / 2);
  flow.smoothed_rtt = any_in(0, kMaxRtt / 2);
  auto noisy = flow;
  noisy.rtt = flow.rtt + flow.rtt / 4;
  noisy.smoothed_rtt = flow.smoothed_rtt + flow.smoothed_rtt / 4;
  auto noisy_memory = memory;
  auto noisy_pacing = pacing;
  const i64 window = on_ack(flow, history, memory, pacing);
  const i64 change = on_ack(noisy, history, noisy_memory, noisy_pacing) - window;
  prove(20 * change <= 3 * window + 20);
  prove(20 * change >= -3 * window - 20);
}
