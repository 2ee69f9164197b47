#pragma once
// The bottleneck: takes packets from the queue and lets them depart.
//
// A rate link sends one packet after the other; a packet takes its bits over the rate in force when it begins. A trace link has
// Mahimahi's delivery opportunities: each takes up to 1504 bytes, over packet borders, and one that finds nothing waiting is
// lost. What arrives at the moment of an opportunity has missed it.

#include "evaluators/congestion/sim/queue.h"

namespace assay_congestion {

struct Link {
  const Scenario* scenario = nullptr;
  u64 event_ns = kNever;  ///< of the next departure or opportunity; kNever: nothing to send
  u64 step = 0;           ///< in force, or the next opportunity
  bool serving = false;
  Packet current{};
  u64 current_left = 0;     ///< bytes, of a trace link
  u64 current_begun_ns = 0;
};

/// When the rate is not 0, from `now` on, and when the packet will have left.
inline void begin_at_rate(Link& link, u64 now) {
  const Scenario& s = *link.scenario;
  const RateStep* steps = rate_steps(s);
  u64 begin = now;
  while (link.step + 1 < s.steps && steps[link.step + 1].from_ns <= begin) ++link.step;
  while (steps[link.step].bits_per_second == 0 && link.step + 1 < s.steps) begin = steps[++link.step].from_ns;
  link.current_begun_ns = begin;
  const u64 rate = steps[link.step].bits_per_second;
  link.event_ns = rate == 0 ? kNever : begin + (s.packet_bytes * 8 * kSecond + rate - 1) / rate;
}

/// After something was queued, or has left: takes the next packet, where the link is free.
template <class OnDrop>
[[gnu::noinline]] inline void serve(Link& link, Queue& queue, u64 now, const OnDrop& on_drop) {
  const Scenario& s = *link.scenario;
  if (s.link_kind == kRateLink) {
    if (link.serving) return;
    link.event_ns = kNever;
    link.serving = dequeue(queue, link.current, now, on_drop);
    if (link.serving) begin_at_rate(link, now);
    return;
  }
  if (link.event_ns != kNever) return;
  const u32* at = opportunities(s);
  while (link.step < s.steps && at[link.step] * kMillisecond <= now) ++link.step;
  if (link.step < s.steps) link.event_ns = at[link.step] * kMillisecond;
}

/// What happens at event_ns. `on_depart(packet, begun_ns)` for each packet that has left as a whole.
template <class OnDrop, class OnDepart>
inline void depart(Link& link, Queue& queue, const OnDrop& on_drop, const OnDepart& on_depart) {
  const u64 now = link.event_ns;
  link.event_ns = kNever;
  if (link.scenario->link_kind == kRateLink) {
    link.serving = false;
    on_depart(link.current, link.current_begun_ns);
    return serve(link, queue, now, on_drop);
  }
  ++link.step;
  u64 budget = kOpportunityBytes;
  while (budget > 0) {
    if (!link.serving) {
      link.serving = dequeue(queue, link.current, now, on_drop);
      if (!link.serving) break;
      link.current_left = link.scenario->packet_bytes;
      link.current_begun_ns = now;
    }
    const u64 used = smaller(budget, link.current_left);
    budget -= used;
    link.current_left -= used;
    if (link.current_left > 0) break;
    link.serving = false;
    on_depart(link.current, link.current_begun_ns);
  }
  if ((link.serving || length(queue) > 0) && link.step < link.scenario->steps) link.event_ns = opportunities(*link.scenario)[link.step] * kMillisecond;
}

}  // namespace assay_congestion
