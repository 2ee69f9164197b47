// What is proved of a policy besides its safety. Words: policies/abi/property.h.
#include "policies/abi/property.h"
#include "policy.h"

/// The window lies within its bounds after any call.
ASSAY_PROPERTY(window_in_bounds, required) {
  auto flow = any<Flow>();
  auto history = any<History>();
  auto memory = any<Memory>();
  auto pacing = any<Pacing>();
  auto again = memory;
  auto paced = pacing;
  auto once_more = memory;
  auto paced_once_more = pacing;
  const i64 on_an_ack = on_ack(flow, history, memory, pacing);
  const i64 on_a_loss = on_loss(flow, history, again, paced);
  const i64 on_a_timeout = on_timeout(flow, history, once_more, paced_once_more);
  prove(kMinWindow <= on_an_ack && on_an_ack <= kMaxWindow);
  prove(kMinWindow <= on_a_loss && on_a_loss <= kMaxWindow);
  prove(kMinWindow <= on_a_timeout && on_a_timeout <= kMaxWindow);
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
