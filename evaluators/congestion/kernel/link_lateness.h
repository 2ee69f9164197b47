#pragma once
// How late an emulator served what was due. A run whose emulator was too late measured the emulator, and is no figure.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay::evaluators::congestion::kernel {

struct Lateness {
  std::uint64_t events = 0;
  double mean_ms = 0, p99_ms = 0, max_ms = 0;  ///< p99 by nearest rank
  double allowed_ms = 0;
  double late_share = 0;  ///< of the events, those served later than allowed
};

class LatenessMeter {
 public:
  explicit LatenessMeter(std::uint64_t allowed_ns) : allowed_ns_(allowed_ns) {}
  void note(std::uint64_t late_ns) { late_ns_.push_back(static_cast<std::uint32_t>(late_ns < kMost ? late_ns : kMost)); }
  Lateness summary() &&;

 private:
  static constexpr std::uint64_t kMost = 0xffffffff;  ///< four seconds: whatever is later is as late
  std::uint64_t allowed_ns_;
  std::vector<std::uint32_t> late_ns_;
};

/// A fiftieth of the round trip, and never less than a quarter of a millisecond.
std::uint64_t allowed_lateness_ns(std::uint64_t round_trip_ns);

/// Why a run with such lateness is none; empty: it is one.
std::string too_late(const Lateness& lateness, std::uint64_t round_trip_ns);

}  // namespace assay::evaluators::congestion::kernel
