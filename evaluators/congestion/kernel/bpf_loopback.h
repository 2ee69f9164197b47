#pragma once
// Bytes over TCP from the loopback device of a network namespace to itself, under a congestion control by its name: shows that one
// carries data, and what it does where packets are lost. No measurement: loopback is no path.

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace assay::evaluators::congestion {

struct LoopbackPlan {
  std::string congestion_control;
  std::uint64_t bytes = 1u << 20;
  double loss = 0;  ///< of what arrives at the receiver, by chance
  std::chrono::milliseconds deadline{10'000};
};

/// Of the sender's socket (struct tcp_info), and what came.
struct Carried {
  std::string congestion_control;  ///< as the socket says
  std::uint64_t received = 0;      ///< bytes
  std::uint32_t window = 0, retransmitted = 0;
  std::uint64_t pacing_bytes_per_second = 0;  ///< ~0: none
};

/// In a network namespace that ends with the call. Where the deadline passes `received` is what came until then.
Result<Carried> carry_over_loopback(const LoopbackPlan& plan);

}  // namespace assay::evaluators::congestion
