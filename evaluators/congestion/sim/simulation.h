#pragma once
// The event loop: senders, one queue, one link, and the way back. The same text runs beside the candidate, where a Control asks
// the candidate and records its decisions, and in the scorer, where a Control reads them back.
//
// A Control has
//   bool ask(u32 flow, Event, const View&, Decision&)       what the flow does from now on; false ends the run
//   void departed(const Departure&)                         for meters; of every packet that left the link
//   void sent(u32 flow, u64 now), void dropped(u32 flow)
//
// Order is fixed where moments are equal: the link first, then flows by number; in a flow first what it hears, then its
// timeout, then what it sends.

#include "evaluators/congestion/sim/link.h"
#include "evaluators/congestion/sim/natives.h"

namespace assay_congestion {

// Decisions: a stream of u32 words, one for each event of a candidate's flow in the order in which they are asked for,
//   window                   from kLeastWindow to kMostWindow
//   window | kPacingFollows  and another word: the pacing rate from now on, which differs from the one in force (0 at first)
// Both bounds are those of a candidate's answers whatever its contract says.
constexpr u32 kPacingFollows = 0x80000000u;

struct Departure {
  u32 flow;
  bool arrived;     ///< false: lost after the link
  u64 queued_ns, begun_ns, now;  ///< it came to the queue, its transmission began, it has left
  u64 number;
};

struct Network {
  const Scenario* scenario = nullptr;
  Sender* senders = nullptr;
  NativeState* natives = nullptr;
  u64 flows = 0;
  Queue queue;
  Link link;
  u64 departures = 0;
  bool in_burst = false;
};

inline void lay_out(Network& network, Arena& arena, const Scenario& scenario) {
  network.scenario = network.link.scenario = &scenario;
  network.flows = scenario.flows;
  network.senders = take<Sender>(arena, scenario.flows);
  network.natives = take<NativeState>(arena, scenario.flows);
  lay_out(network.queue, arena, scenario);
  for (u64 i = 0; i < scenario.flows; ++i) {
    Sender measured;
    Sender& sender = arena.base == nullptr ? measured : network.senders[i];
    sender = Sender{};
    lay_out(sender, arena, scenario);
    sender.spec = &flow_specs(scenario)[i];
    sender.wake_ns = sender.next_send_ns = sender.spec->start_ns;
    if (arena.base == nullptr) continue;
    network.natives[i] = NativeState{};
    if (sender.spec->algorithm == kConstantRate) sender.decision = {kMostWindow, sender.spec->rate};
  }
}

/// Where moments are equal the other parts of the flow's state are looked at in order.
inline void set_wake(Sender& sender, bool paced) {
  u64 wake = sender.timeout_at_ns;
  if (paced) wake = smaller(wake, sender.next_send_ns);
  for (; sender.arrived < sender.next; ++sender.arrived) {
    const Transmission& one = transmission(sender, sender.arrived);
    if (one.fate == Fate::dropped) continue;
    if (one.fate == Fate::arrived) wake = smaller(wake, one.ack_ns);
    break;
  }
  sender.wake_ns = wake;
}

/// With nothing out it waits for no acknowledgement and no timeout: only for a place, which this may have given it.
inline void wake_if_idle(Sender& sender, u64 now) {
  if (sender.inflight == 0 && now < sender.spec->stop_ns) sender.wake_ns = smaller(sender.wake_ns, now);
}

template <class Control>
inline void drop(Network& network, Control& control, const Packet& packet, u64 now) {
  Sender& sender = network.senders[packet.flow];
  transmission(sender, packet.number).fate = Fate::dropped;
  wake_if_idle(sender, now);
  control.dropped(packet.flow);
}

/// What CoDel drops on the way to the link.
template <class Control>
struct Dropper {
  Network& network;
  Control& control;
  u64 now;
  void operator()(const Packet& packet) const { drop(network, control, packet, now); }
};

/// Chance after the link: each packet by itself, and in bursts.
inline bool is_lost(Network& network, u64 now) {
  const Scenario& s = *network.scenario;
  const u64 index = network.departures++, seed = seed_at(s, now);
  if (s.burst_enter > 0) {
    const u64 threshold = network.in_burst ? s.burst_leave : s.burst_enter;
    if (chance(seed, 2, index) < threshold) network.in_burst = !network.in_burst;
    if (network.in_burst && chance(seed, 3, index) < s.burst_loss) return true;
  }
  return s.loss > 0 && chance(seed, 4, index) < s.loss;
}

/// When the sender hears of what leaves the link now.
inline u64 ack_time(const Scenario& s, const FlowSpec& spec, u64 now) {
  const u64 at = now + 2 * s.delay_ns + spec.extra_rtt_ns;
  return s.ack_interval_ns == 0 ? at : (at + s.ack_interval_ns - 1) / s.ack_interval_ns * s.ack_interval_ns;
}

template <class Control>
inline void step_link(Network& network, Control& control) {
  const u64 now = network.link.event_ns;
  depart(network.link, network.queue, Dropper<Control>{network, control, now},
         [&](const Packet& packet, u64 begun_ns) {
           Sender& sender = network.senders[packet.flow];
           Transmission& one = transmission(sender, packet.number);
           const bool arrives = !is_lost(network, now);
           one.fate = arrives ? Fate::arrived : Fate::dropped;
           one.marked = packet.marked != 0;
           one.ack_ns = ack_time(*network.scenario, *sender.spec, now);
           if (arrives) sender.wake_ns = smaller(sender.wake_ns, one.ack_ns);
           else wake_if_idle(sender, now);
           control.departed({packet.flow, arrives, packet.queued_ns, begun_ns, now, packet.number});
         });
}

template <class Control>
inline bool decide(Network& network, Control& control, u32 flow, Event event, const News& news, u64 now) {
  Sender& sender = network.senders[flow];
  show(sender, news, now);
  if (sender.spec->algorithm == kCandidate) return control.ask(flow, event, sender.view, sender.decision);
  sender.decision = native_decision(*sender.spec, network.natives[flow], event, sender.view);
  return true;
}

template <class Control>
inline bool send_all(Network& network, Control& control, u32 flow, u64 now) {
  Sender& sender = network.senders[flow];
  bool paced = false;
  while (may_send(sender, *network.scenario, now, paced)) {
    const Packet packet{send(sender, now), now, flow, 0};
    control.sent(flow, now);
    if (!enqueue(network.queue, packet, now)) drop(network, control, packet, now);
    else serve(network.link, network.queue, now, Dropper<Control>{network, control, now});
  }
  return paced;
}

template <class Control>
inline bool step_flow(Network& network, Control& control, u32 flow) {
  Sender& sender = network.senders[flow];
  const u64 now = sender.wake_ns;
  const News news = hear(sender, now);
  if (news.any && !decide(network, control, flow, event_of(sender, news), news, now)) return false;
  if (!news.any && now >= sender.timeout_at_ns) {
    const News all_lost = time_out(sender, now);
    if (!decide(network, control, flow, Event::timeout, all_lost, now)) return false;
  }
  set_wake(sender, send_all(network, control, flow, now));
  return true;
}

/// To the end of the scenario; false: the Control ended it.
template <class Control>
inline bool simulate(Network& network, Control& control) {
  const u64 end = network.scenario->duration_ns;
  while (true) {
    u64 first = 0;
    for (u64 i = 1; i < network.flows; ++i)
      if (network.senders[i].wake_ns < network.senders[first].wake_ns) first = i;
    const u64 wake = network.senders[first].wake_ns, link = network.link.event_ns;
    if (smaller(wake, link) > end || (wake == kNever && link == kNever)) return true;
    if (link <= wake) step_link(network, control);
    else if (!step_flow(network, control, static_cast<u32>(first))) return false;
  }
}

}  // namespace assay_congestion
