#pragma once
// The path in real time: reads packets from the two devices, and hands them over when they are due.
//
// The link's clock is the plan's and not the processor's: what was due while this thread slept is done at its own moment. So being late
// makes no slower link; a TCP sees it as an acknowledgement that came late, and `lateness` says by how much.

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "evaluators/congestion/kernel/link_lateness.h"
#include "evaluators/congestion/kernel/link_path.h"

namespace assay::evaluators::congestion::kernel {

/// Ports of flows' senders: kFirstPort + the flow's number. All flows go to kReceiverPort.
constexpr std::uint16_t kFirstPort = 10'000, kReceiverPort = 9'000;

struct Ends {
  int sender = -1, receiver = -1;  ///< devices, not blocking
};

struct Carried {
  Measured measured;
  Lateness lateness;
  bool realtime = false;  ///< the thread ran before all others of the machine
  std::uint64_t data_packets = 0, short_packets = 0;  ///< of the data, those that did not fill a packet; the link counts them as full
  std::uint64_t foreign_packets = 0;                  ///< not of our flows; left out
};

/// Nanoseconds from `origin_ns` of CLOCK_MONOTONIC.
std::uint64_t clock_ns(std::uint64_t origin_ns);

/// From the clock's 0 to the end of the run, or until the token stops it. Runs in this thread.
Result<Carried> carry(const Image& image, std::vector<bool> measured, Ends ends, std::uint64_t origin_ns, std::uint64_t lead_ns, std::stop_token stop);

}  // namespace assay::evaluators::congestion::kernel
