#pragma once
// The queue before the link: drop-tail, CoDel (RFC 8289) or RED (Floyd and Jacobson 1993, "gentle"), each bounded in packets.
//
// RED simplified: each arrival draws by itself (no count since the last drop), and an idle link ages the average by whole
// slots.

#include "evaluators/congestion/sim/scenario.h"

namespace assay_congestion {

struct Packet {
  u64 number;     ///< of the flow's transmissions
  u64 queued_ns;
  u32 flow;
  u32 marked;
};

struct Queue {
  const Scenario* scenario = nullptr;
  Packet* ring = nullptr;
  u64 mask = 0, head = 0, end = 0;
  // CoDel
  u64 first_above_ns = 0, drop_next_ns = 0, count = 0, last_count = 0;
  bool dropping = false;
  // RED
  u64 average = 0;  ///< packets, in units of 2^-16
  u64 empty_since_ns = 0;
  u64 arrivals = 0;
};

inline u64 length(const Queue& queue) { return queue.end - queue.head; }

inline void lay_out(Queue& queue, Arena& arena, const Scenario& scenario) {
  queue.scenario = &scenario;
  const u64 places = power_of_two_from(scenario.queue_packets);
  queue.mask = places - 1;
  queue.ring = take<Packet>(arena, places);
}

enum class Verdict : u8 { keep, mark, drop };

/// What RED says to an arrival, by the average that it brings up to date.
inline Verdict red_verdict(Queue& queue, u64 now) {
  const Scenario& s = *queue.scenario;
  if (length(queue) == 0 && s.red_shift > 0) {
    const u64 slots = smaller((now - queue.empty_since_ns) / s.red_slot_ns, 4096);
    for (u64 i = 0; i < slots && queue.average > 0; ++i) queue.average -= smaller(queue.average, (queue.average >> s.red_shift) + 1);
  }
  const u64 here = length(queue) << 16;
  if (here >= queue.average) queue.average += (here - queue.average) >> s.red_shift;
  else queue.average -= (queue.average - here) >> s.red_shift;
  const u64 low = s.red_min << 16, high = s.red_max << 16;
  if (queue.average < low) return Verdict::keep;
  u64 probability = 0;
  if (queue.average < high) probability = s.red_probability * ((queue.average - low) >> 8) / ((high - low) >> 8);
  else if (queue.average < 2 * high) probability = s.red_probability + ((1ull << 32) - s.red_probability) * ((queue.average - high) >> 8) / (high >> 8);
  else probability = 1ull << 32;
  if (chance(seed_at(s, now), 1, queue.arrivals) >= probability) return Verdict::keep;
  return s.ecn != 0 ? Verdict::mark : Verdict::drop;  // marks beyond the maximum, too, as the kernel's sch_red does without harddrop
}

/// False: dropped.
[[gnu::noinline]] inline bool enqueue(Queue& queue, Packet packet, u64 now) {
  Verdict verdict = Verdict::keep;
  if (queue.scenario->queue_kind == kRed) verdict = red_verdict(queue, now);
  ++queue.arrivals;
  if (verdict == Verdict::drop || length(queue) >= queue.scenario->queue_packets) return false;
  packet.marked = verdict == Verdict::mark ? 1 : 0;
  packet.queued_ns = now;
  queue.ring[queue.end++ & queue.mask] = packet;
  return true;
}

inline Packet pop(Queue& queue, u64 now) {
  const Packet packet = queue.ring[queue.head++ & queue.mask];
  if (length(queue) == 0) queue.empty_since_ns = now;
  return packet;
}

/// t + interval / sqrt(count)
inline u64 control_law(const Queue& queue, u64 from_ns) {
  return from_ns + (queue.scenario->codel_interval_ns << 16) / root_of(queue.count << 32);
}

/// Whether the packet just popped has been waiting too long for a whole interval.
inline bool codel_may_drop(Queue& queue, const Packet& packet, u64 now) {
  const Scenario& s = *queue.scenario;
  if (now - packet.queued_ns < s.codel_target_ns || length(queue) == 0) {
    queue.first_above_ns = 0;
    return false;
  }
  if (queue.first_above_ns == 0) {
    queue.first_above_ns = now + s.codel_interval_ns;
    return false;
  }
  return now >= queue.first_above_ns;
}

/// While dropping: what is due is dropped, or marked. False: the queue ran empty.
template <class OnDrop>
inline bool codel_go_on(Queue& queue, Packet& packet, bool may_drop, u64 now, const OnDrop& on_drop) {
  if (!may_drop) queue.dropping = false;
  while (queue.dropping && now >= queue.drop_next_ns) {
    ++queue.count;
    if (queue.scenario->ecn != 0) {
      packet.marked = 1;
      queue.drop_next_ns = control_law(queue, queue.drop_next_ns);
      return true;
    }
    on_drop(packet);
    if (length(queue) == 0) {
      queue.first_above_ns = 0;
      queue.dropping = false;
      return false;
    }
    packet = pop(queue, now);
    if (codel_may_drop(queue, packet, now)) queue.drop_next_ns = control_law(queue, queue.drop_next_ns);
    else queue.dropping = false;
  }
  return true;
}

template <class OnDrop>
inline bool codel_begin(Queue& queue, Packet& packet, u64 now, const OnDrop& on_drop) {
  bool there = true;
  if (queue.scenario->ecn != 0) packet.marked = 1;
  else {
    on_drop(packet);
    there = length(queue) > 0;
    if (there) {
      packet = pop(queue, now);
      codel_may_drop(queue, packet, now);
    } else queue.first_above_ns = 0;
  }
  queue.dropping = true;
  const u64 delta = queue.count - queue.last_count;
  const bool recent = now < queue.drop_next_ns + 16 * queue.scenario->codel_interval_ns;
  queue.count = delta > 1 && recent ? delta : 1;
  queue.last_count = queue.count;
  queue.drop_next_ns = control_law(queue, now);
  return there;
}

/// The next packet to be sent; false: there is none. `on_drop(packet)` for each that CoDel drops on the way.
template <class OnDrop>
[[gnu::noinline]] inline bool dequeue(Queue& queue, Packet& packet, u64 now, const OnDrop& on_drop) {
  if (length(queue) == 0) {
    queue.first_above_ns = 0;
    if (queue.scenario->queue_kind == kCoDel) queue.dropping = false;
    return false;
  }
  packet = pop(queue, now);
  if (queue.scenario->queue_kind != kCoDel) return true;
  const bool may_drop = codel_may_drop(queue, packet, now);
  if (queue.dropping) return codel_go_on(queue, packet, may_drop, now, on_drop);
  return may_drop ? codel_begin(queue, packet, now, on_drop) : true;
}

}  // namespace assay_congestion
