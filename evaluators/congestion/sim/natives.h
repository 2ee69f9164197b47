#pragma once
// Known algorithms, for cross traffic and for references: Reno (RFC 5681), CUBIC (RFC 9438), Vegas (Brakmo and Peterson 1995)
// and a source that minds nothing. They see what a policy sees; congestion marks count as losses, once a round.

#include "evaluators/congestion/sim/sender.h"

namespace assay_congestion {

struct NativeState {
  u64 threshold = kNever;  ///< where slow start ends
  u64 credit = 0;
  i64 deaf_until_round = 0;  ///< marks of a round that was answered already
  // CUBIC. Windows are in 1/1024 packets.
  u64 most = 0, epoch_us = 0, origin = 0, plateau_ms = 0, friendly = 0;
  bool in_epoch = false;
};

constexpr u64 kLeastWindow = 2, kMostWindow = 1ull << 20;

// Reno

inline u64 slow_start(const NativeState& state, const View& view) {
  return smaller(static_cast<u64>(view.window + view.acked), smaller(state.threshold, kMostWindow));
}

/// One packet for each window of acknowledgements.
inline u64 one_more_each_round(NativeState& state, const View& view) {
  const u64 window = static_cast<u64>(view.window);
  state.credit += static_cast<u64>(view.acked);
  if (state.credit < window) return window;
  state.credit -= window;
  return smaller(window + 1, kMostWindow);
}

inline u64 reno_cut(NativeState& state, const View& view) {
  state.threshold = larger(static_cast<u64>(view.window) / 2, kLeastWindow);
  state.credit = 0;
  return state.threshold;
}

inline u64 reno_ack(NativeState& state, const View& view) {
  return static_cast<u64>(view.window) < state.threshold ? slow_start(state, view) : one_more_each_round(state, view);
}

// CUBIC as the kernel has it, in fractions of packets: beta 0.7, C 0.4, fast convergence, the Reno-friendly region; no HyStart

inline u64 cubic_cut(NativeState& state, const View& view) {
  const u64 window = static_cast<u64>(view.window) << 10;
  state.most = window < state.most ? window * 17 / 20 : window;
  state.threshold = larger(static_cast<u64>(view.window) * 7 / 10, kLeastWindow);
  state.in_epoch = false;
  state.credit = 0;
  return state.threshold;
}

inline void cubic_begin(NativeState& state, u64 window, u64 now_us) {
  state.in_epoch = true;
  state.epoch_us = now_us;
  state.friendly = window;
  state.origin = larger(window, state.most);
  // K^3 = (origin - window) / 0.4 s^3, in milliseconds: 10^9 / 0.4 / 1024 of the distance.
  state.plateau_ms = cube_root_of((state.origin - window) * 2441406);
}

/// The cubic's value one least round trip ahead, in 1/1024 packets.
inline u64 cubic_target(const NativeState& state, const View& view) {
  const u64 at_ms = smaller((static_cast<u64>(view.now + view.min_rtt) - state.epoch_us) / 1000, 1'000'000);
  const bool after = at_ms >= state.plateau_ms;
  const u64 distance = smaller(after ? at_ms - state.plateau_ms : state.plateau_ms - at_ms, 200'000);
  const u64 rise = distance * distance * distance / 2441406;
  if (after) return state.origin + rise;
  return rise < state.origin ? state.origin - rise : 0;
}

inline u64 cubic_ack(NativeState& state, const View& view) {
  if (static_cast<u64>(view.window) < state.threshold) return slow_start(state, view);
  const u64 window = static_cast<u64>(view.window) << 10, acked = static_cast<u64>(view.acked);
  if (!state.in_epoch) cubic_begin(state, window, static_cast<u64>(view.now));
  // 3 (1 - beta) / (1 + beta) = 9 / 17 of a packet each round; RFC 9438 has a whole one beyond the old maximum.
  state.friendly += acked * 1024 * 1024 * 9 / 17 / window;
  const u64 target = larger(state.friendly, smaller(cubic_target(state, view), window + window / 2));
  if (target <= window) return static_cast<u64>(view.window);
  state.credit += acked * (target - window);  // window credits make one packet
  const u64 steps = state.credit / window;
  state.credit -= steps * window;
  return smaller(static_cast<u64>(view.window) + steps, kMostWindow);
}

// Vegas: alpha 2, beta 4, gamma 1 packets in the queue

/// Packets in the queue, by the least round trip of the round that ended.
inline u64 queued_by_vegas(const View& view) {
  const u64 rtt = static_cast<u64>(view.round_rtt[0]), least = static_cast<u64>(view.min_rtt), window = static_cast<u64>(view.window);
  return rtt <= least ? 0 : window * (rtt - least) / rtt;
}

inline u64 vegas_ack(NativeState& state, const View& view) {
  const u64 window = static_cast<u64>(view.window);
  if (view.new_round == 0 || view.round_rtt[0] == 0) return window;
  const u64 queued = queued_by_vegas(view);
  if (window < state.threshold) {
    if (queued <= 1) return view.rounds % 2 == 0 ? smaller(2 * window, smaller(state.threshold, kMostWindow)) : window;
    state.threshold = larger(window - 1, kLeastWindow);
    return larger(window * 7 / 8, kLeastWindow);
  }
  if (queued < 2) return smaller(window + 1, kMostWindow);
  return queued > 4 ? larger(window - 1, kLeastWindow) : window;
}

//

inline u64 native_cut(u32 algorithm, NativeState& state, const View& view) {
  return algorithm == kCubic ? cubic_cut(state, view) : reno_cut(state, view);
}

inline u64 native_ack(u32 algorithm, NativeState& state, const View& view) {
  if (view.marked > 0 && view.rounds > state.deaf_until_round) {
    state.deaf_until_round = view.rounds + 1;
    return native_cut(algorithm, state, view);
  }
  if (algorithm == kCubic) return cubic_ack(state, view);
  return algorithm == kVegas ? vegas_ack(state, view) : reno_ack(state, view);
}

[[gnu::noinline]] inline Decision native_decision(const FlowSpec& spec, NativeState& state, Event event, const View& view) {
  if (spec.algorithm == kConstantRate) return {kMostWindow, spec.rate};
  if (event == Event::ack) return {view.recovering != 0 ? static_cast<u64>(view.window) : native_ack(spec.algorithm, state, view), 0};
  state.deaf_until_round = view.rounds + 1;
  const u64 cut = native_cut(spec.algorithm, state, view);
  return {event == Event::loss ? cut : kLeastWindow, 0};
}

}  // namespace assay_congestion
