#pragma once
// One sender: what is out, what is known of it, and what a policy is shown.
//
// Every transmission has a number of its own and the data never ends, as in QUIC, so that nothing need be said of which data a
// packet carries. The network keeps each flow's order; a packet is known to be lost once three sent after it are
// acknowledged (RFC 6675, RFC 9002), or at a timeout (RFC 6298 with the kernel's least variance of 200 ms, doubled each time).

#include "evaluators/congestion/sim/scenario.h"

namespace assay_congestion {

constexpr u64 kReordering = 3;  ///< packets
constexpr u64 kInitialTimeout = kSecond, kLeastVariance = 200 * kMillisecond, kMostTimeout = 120 * kSecond;
constexpr u64 kMostRate = 4294967295;  ///< packets/s; what is faster counts as this
constexpr int kRoundsKept = 10;

enum class Fate : u8 { under_way, arrived, dropped };      ///< what the network did
enum class Known : u8 { outstanding, acknowledged, lost };  ///< what the sender knows

struct Transmission {
  u64 sent_ns;
  u64 delivered, delivered_ns, first_sent_ns;  ///< of the sender, when it was sent: for the delivery rate, as the kernel's tcp_rate.c keeps them
  u64 ack_ns;                                  ///< of an arrived one: when the sender hears of it
  Fate fate;
  Known known;
  bool marked;
};

/// What a policy is shown, in its units: microseconds, packets, packets a second.
struct View {
  i64 now, window, inflight, acked, lost, marked, rtt, smoothed_rtt, min_rtt, max_rtt, rate, max_rate;
  i64 total_delivered, total_lost, recovering, new_round, rounds;
  i64 round_delivered[kRoundsKept], round_lost[kRoundsKept], round_marked[kRoundsKept], round_rtt[kRoundsKept];
  i64 round_mean_rtt[kRoundsKept], round_rate[kRoundsKept];
};

struct Decision {
  u64 window;  ///< packets
  u64 pacing;  ///< packets/s; 0: none
};

enum class Event : u8 { ack, loss, timeout };

/// Of the round under way.
struct Round {
  u64 end = 0;  ///< it is over once this number is acknowledged
  u64 delivered = 0, lost = 0, marked = 0, rtt_sum_us = 0, rtts = 0, rtt_least_us = 0, rate = 0;
};

struct Sender {
  const FlowSpec* spec = nullptr;
  Transmission* ring = nullptr;
  u64 mask = 0;
  u64 next = 0;     ///< number of the next transmission
  u64 arrived = 0;  ///< all before it have met their fate, and the sender has heard of those that arrived
  u64 oldest = 0;   ///< all before it are acknowledged or lost
  u64 newest_acked = 0;  ///< plus one; 0: none
  u64 inflight = 0, delivered = 0, lost = 0, late = 0;  ///< late: of `lost`, those that were acknowledged after all
  u64 delivered_ns = 0, first_sent_ns = 0;
  u64 recovery_end = 0;
  u64 rtt_ns = 0, smoothed_rtt_ns = 0, rtt_variance_ns = 0, min_rtt_ns = 0, max_rtt_ns = 0;
  u64 rate = 0, max_rate = 0;
  u64 timeout_ns = kInitialTimeout, timeout_at_ns = kNever;
  u64 next_send_ns = 0;  ///< with pacing
  u64 wake_ns = 0;
  Decision decision{kInitialWindow, 0};
  Round round;
  View view{};
};

inline void lay_out(Sender& sender, Arena& arena, const Scenario& scenario) {
  const u64 places = power_of_two_from(2 * scenario.receive_window);
  sender.mask = places - 1;
  sender.ring = take<Transmission>(arena, places);
}

inline Transmission& transmission(Sender& sender, u64 number) { return sender.ring[number & sender.mask]; }

/// All that has to be kept fits the ring.
inline bool has_place(const Sender& sender) { return sender.next - smaller(sender.arrived, sender.oldest) <= sender.mask; }

inline void note_rtt(Sender& sender, u64 sample_ns) {
  sender.rtt_ns = sample_ns;
  if (sender.min_rtt_ns == 0 || sample_ns < sender.min_rtt_ns) sender.min_rtt_ns = sample_ns;
  sender.max_rtt_ns = larger(sender.max_rtt_ns, sample_ns);
  if (sender.smoothed_rtt_ns == 0) {
    sender.smoothed_rtt_ns = sample_ns;
    sender.rtt_variance_ns = sample_ns / 2;
  } else {
    const u64 off = sample_ns > sender.smoothed_rtt_ns ? sample_ns - sender.smoothed_rtt_ns : sender.smoothed_rtt_ns - sample_ns;
    sender.rtt_variance_ns = (3 * sender.rtt_variance_ns + off) / 4;
    sender.smoothed_rtt_ns = (7 * sender.smoothed_rtt_ns + sample_ns) / 8;
  }
  sender.timeout_ns = smaller(sender.smoothed_rtt_ns + larger(4 * sender.rtt_variance_ns, kLeastVariance), kMostTimeout);
  const u64 us = sample_ns / kMicrosecond;
  Round& round = sender.round;
  round.rtt_least_us = round.rtts == 0 ? us : smaller(round.rtt_least_us, us);
  round.rtt_sum_us += us;
  ++round.rtts;
}

/// A sample spans the longer of the times in which its packets were sent and acknowledged (the kernel's tcp_rate.c); shorter
/// than the least round trip it says nothing.
inline void note_rate(Sender& sender, const Transmission& newest, u64 now) {
  const u64 span = larger(newest.sent_ns - newest.first_sent_ns, now - newest.delivered_ns);
  sender.first_sent_ns = newest.sent_ns;
  if (span == 0 || span < sender.min_rtt_ns) return;
  sender.rate = smaller((sender.delivered - newest.delivered) * kSecond / span, kMostRate);
  sender.max_rate = larger(sender.max_rate, sender.rate);
  sender.round.rate = larger(sender.round.rate, sender.rate);
}

/// What one event found out.
struct News {
  u64 acked = 0, lost = 0, marked = 0;
  u64 last_lost = 0;  ///< number plus one; 0: none
  bool any = false;   ///< something was acknowledged
};

inline void hear_of(Sender& sender, u64 number, u64 now, News& news) {
  Transmission& one = transmission(sender, number);
  news.any = true;
  ++sender.delivered;
  ++sender.round.delivered;
  ++news.acked;
  if (one.marked) {
    ++news.marked;
    ++sender.round.marked;
  }
  if (one.known == Known::lost) {
    ++sender.late;
    return;
  }
  one.known = Known::acknowledged;
  --sender.inflight;
  sender.newest_acked = number + 1;
  sender.delivered_ns = now;
}

inline void find_losses(Sender& sender, News& news) {
  while (sender.oldest < sender.newest_acked) {
    Transmission& one = transmission(sender, sender.oldest);
    if (one.known == Known::outstanding) {
      if (sender.oldest + kReordering >= sender.newest_acked) break;
      one.known = Known::lost;
      ++news.lost;
      news.last_lost = sender.oldest + 1;
    }
    ++sender.oldest;
  }
  sender.inflight -= news.lost;
  sender.lost += news.lost;
  sender.round.lost += news.lost;
}

template <int N>
inline void shift_in(i64 (&items)[N], u64 newest) {
  for (int i = N - 1; i > 0; --i) items[i] = items[i - 1];
  items[0] = static_cast<i64>(newest);
}

[[gnu::noinline]] inline void end_round(Sender& sender) {
  View& view = sender.view;
  const Round& round = sender.round;
  shift_in(view.round_delivered, round.delivered);
  shift_in(view.round_lost, round.lost);
  shift_in(view.round_marked, round.marked);
  shift_in(view.round_rtt, round.rtt_least_us);
  shift_in(view.round_mean_rtt, round.rtts == 0 ? 0 : round.rtt_sum_us / round.rtts);
  shift_in(view.round_rate, round.rate);
  ++view.rounds;
  sender.round = Round{};
  sender.round.end = sender.next;
}

/// Acknowledgements that have come in by now, with all that follows from them but the policy's answer.
[[gnu::noinline]] inline News hear(Sender& sender, u64 now) {
  News news;
  u64 newest = 0;
  for (; sender.arrived < sender.next; ++sender.arrived) {
    const Transmission& one = transmission(sender, sender.arrived);
    if (one.fate == Fate::under_way || (one.fate == Fate::arrived && one.ack_ns > now)) break;
    if (one.fate == Fate::dropped) continue;
    newest = sender.arrived;
    hear_of(sender, newest, now, news);
  }
  if (!news.any) return news;
  const Transmission one = transmission(sender, newest);
  if (one.known == Known::acknowledged) {
    note_rtt(sender, now - one.sent_ns);
    note_rate(sender, one, now);
  }
  find_losses(sender, news);
  sender.timeout_at_ns = sender.inflight > 0 ? now + sender.timeout_ns : kNever;
  sender.view.new_round = 0;
  if (newest >= sender.round.end) {
    end_round(sender);
    sender.view.new_round = 1;
  }
  return news;
}

[[gnu::noinline]] inline News time_out(Sender& sender, u64 now) {
  News news;
  for (u64 number = sender.oldest; number < sender.next; ++number) {
    Transmission& one = transmission(sender, number);
    if (one.known != Known::outstanding) continue;
    one.known = Known::lost;
    ++news.lost;
  }
  sender.oldest = sender.next;
  sender.recovery_end = sender.next;
  sender.inflight -= news.lost;
  sender.lost += news.lost;
  sender.round.lost += news.lost;
  sender.timeout_ns = smaller(2 * sender.timeout_ns, kMostTimeout);
  sender.timeout_at_ns = kNever;
  sender.next_send_ns = now;
  sender.view.new_round = 0;
  return news;
}

/// A loss of what was sent before the last bout was known is of that bout.
inline Event event_of(Sender& sender, const News& news) {
  if (news.last_lost <= sender.recovery_end) return Event::ack;
  sender.recovery_end = sender.next;
  return Event::loss;
}

inline void show(Sender& sender, const News& news, u64 now) {
  View& view = sender.view;
  view.now = static_cast<i64>((now - sender.spec->start_ns) / kMicrosecond);
  view.window = static_cast<i64>(sender.decision.window);
  view.inflight = static_cast<i64>(sender.inflight);
  view.acked = static_cast<i64>(news.acked);
  view.lost = static_cast<i64>(news.lost);
  view.marked = static_cast<i64>(news.marked);
  view.rtt = static_cast<i64>(sender.rtt_ns / kMicrosecond);
  view.smoothed_rtt = static_cast<i64>(sender.smoothed_rtt_ns / kMicrosecond);
  view.min_rtt = static_cast<i64>(sender.min_rtt_ns / kMicrosecond);
  view.max_rtt = static_cast<i64>(sender.max_rtt_ns / kMicrosecond);
  view.rate = static_cast<i64>(sender.rate);
  view.max_rate = static_cast<i64>(sender.max_rate);
  view.total_delivered = static_cast<i64>(sender.delivered);
  view.total_lost = static_cast<i64>(sender.lost);
  view.recovering = sender.oldest < sender.recovery_end ? 1 : 0;
}

/// Enters the next transmission. Requires: has_place.
inline u64 send(Sender& sender, u64 now) {
  if (sender.inflight == 0) {
    sender.first_sent_ns = sender.delivered_ns = now;
    sender.timeout_at_ns = now + sender.timeout_ns;
  }
  transmission(sender, sender.next) = {now, sender.delivered, sender.delivered_ns, sender.first_sent_ns, 0, Fate::under_way, Known::outstanding, false};
  ++sender.inflight;
  if (sender.decision.pacing > 0) sender.next_send_ns = larger(sender.next_send_ns, now) + kSecond / sender.decision.pacing;
  return sender.next++;
}

/// Whether a packet may go now; where only pacing forbids it, `paced` is set.
inline bool may_send(const Sender& sender, const Scenario& scenario, u64 now, bool& paced) {
  paced = false;
  if (now >= sender.spec->stop_ns || !has_place(sender)) return false;
  if (sender.inflight >= smaller(sender.decision.window, scenario.receive_window)) return false;
  paced = sender.decision.pacing > 0 && now < sender.next_send_ns;
  return !paced;
}

}  // namespace assay_congestion
