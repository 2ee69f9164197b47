#pragma once
// An instance as one flat block of memory: what the jail maps and what the scorer replays on. C++20, freestanding: this text
// goes into the translation unit of every candidate, and the scorer includes it as a header, so that there is one simulator.
//
// Times are nanoseconds, probabilities are in units of 2^-32. Only integers: an order of events that hung on rounding would
// be another on another machine.

#include "sandbox/entry.h"

namespace assay_congestion {

using u32 = unsigned int;
using u8 = unsigned char;

constexpr u64 kNever = ~0ull;
constexpr u64 kSecond = 1'000'000'000, kMillisecond = 1'000'000, kMicrosecond = 1'000;
constexpr u64 kOpportunityBytes = 1504;  ///< of Mahimahi: what one line of a trace delivers at most
constexpr u32 kMostFlows = 64;
constexpr u64 kInitialWindow = 10;  ///< RFC 6928

enum LinkKind : u64 { kRateLink = 0, kTraceLink = 1 };
enum QueueKind : u64 { kDropTail = 0, kCoDel = 1, kRed = 2 };
enum Algorithm : u32 { kCandidate = 0, kReno = 1, kCubic = 2, kVegas = 3, kConstantRate = 4 };

struct FlowSpec {
  u64 start_ns, stop_ns;  ///< sends nothing outside
  u64 extra_rtt_ns;       ///< beyond twice Scenario::delay_ns
  u64 rate;               ///< packets/s, of kConstantRate
  u32 algorithm;
  u32 reserved;
};

/// The link's rate from a moment on, until the next step.
struct RateStep {
  u64 from_ns;
  u64 bits_per_second;
};

struct Scenario {
  u64 magic;        ///< kScenarioMagic
  u64 image_bytes;  ///< header and arrays
  u64 duration_ns;
  u64 delay_ns;      ///< one way, of propagation
  u64 packet_bytes;  ///< every packet
  u64 receive_window;     ///< packets: no sender has more in flight
  u64 ack_interval_ns;    ///< acknowledgements arrive at multiples of it only, together; 0: each by itself
  u64 seed;               ///< of all chance
  u64 changed_at_ns, changed_seed;  ///< chance from that moment on is drawn from the other seed

  u64 queue_kind, queue_packets;  ///< most packets that wait
  u64 ecn;                        ///< 1: CoDel and RED mark where they would drop
  u64 codel_target_ns, codel_interval_ns;
  u64 red_min, red_max;   ///< packets
  u64 red_probability;    ///< at red_max
  u64 red_shift;          ///< the average moves by 2^-shift; 0: the queue as it is
  u64 red_slot_ns;        ///< an idle link counts as one empty arrival in so long

  u64 loss;                               ///< of each packet by itself, after the link
  u64 burst_enter, burst_leave, burst_loss;  ///< Gilbert and Elliott: from packet to packet, and the loss within a burst

  u64 link_kind;
  u64 steps, steps_offset;  ///< RateStep[] or, of a trace, u32[]: milliseconds of each opportunity, to the end of the run
  u64 flows, flows_offset;  ///< FlowSpec[]
};

constexpr u64 kScenarioMagic = 0x316e6543676e6f43ull;  // "CongCen1"

inline const RateStep* rate_steps(const Scenario& scenario) {
  return reinterpret_cast<const RateStep*>(reinterpret_cast<const u8*>(&scenario) + scenario.steps_offset);
}
inline const u32* opportunities(const Scenario& scenario) {
  return reinterpret_cast<const u32*>(reinterpret_cast<const u8*>(&scenario) + scenario.steps_offset);
}
inline const FlowSpec* flow_specs(const Scenario& scenario) {
  return reinterpret_cast<const FlowSpec*>(reinterpret_cast<const u8*>(&scenario) + scenario.flows_offset);
}

inline u64 smaller(u64 a, u64 b) { return a < b ? a : b; }
inline u64 larger(u64 a, u64 b) { return a < b ? b : a; }
inline u64 power_of_two_from(u64 least) { return least <= 1 ? 1 : 1ull << (64 - __builtin_clzll(least - 1)); }

/// 32 bits that depend on all three: SplitMix64's finaliser (Steele, Lea and Flood 2014) over a counter.
inline u64 chance(u64 seed, u64 stream, u64 index) {
  u64 z = seed + (stream << 56) + (index + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ z >> 27) * 0x94d049bb133111ebull;
  return (z ^ z >> 31) >> 32;
}

/// The seed in force at a moment.
inline u64 seed_at(const Scenario& scenario, u64 now) {
  return now < scenario.changed_at_ns ? scenario.seed : scenario.changed_seed;
}

/// The largest r with r * r <= value. Loops 32 times.
inline u64 root_of(u64 value) {
  u64 root = 0;
  for (int bit = 31; bit >= 0; --bit) {
    const u64 wider = root | 1ull << bit;
    if (wider * wider <= value) root = wider;
  }
  return root;
}

/// The largest r <= 2^20 with r * r * r <= value.
inline u64 cube_root_of(u64 value) {
  u64 root = 0;
  for (int bit = 20; bit >= 0; --bit) {
    const u64 wider = root | 1ull << bit;
    if (wider * wider * wider <= value) root = wider;
  }
  return root;
}

/// Hands out zeroed pieces, each aligned to 64 bytes. With `base` null it only measures.
struct Arena {
  u8* base = nullptr;
  u64 size = 0;
  u64 used = 0;
};

template <class T>
inline T* take(Arena& arena, u64 count) {
  T* piece = arena.base == nullptr ? nullptr : reinterpret_cast<T*>(arena.base + arena.used);
  arena.used += (count * sizeof(T) + 63) / 64 * 64;
  return piece;
}

}  // namespace assay_congestion
