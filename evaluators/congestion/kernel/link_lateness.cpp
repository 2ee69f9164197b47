#include "evaluators/congestion/kernel/link_lateness.h"

#include <algorithm>
#include <cstdio>

namespace assay::evaluators::congestion::kernel {
namespace {

constexpr double kMostLateShare = 0.01;
constexpr double kLongestStopMs = 5;
constexpr double kMillion = 1e6;

}  // namespace

Lateness LatenessMeter::summary() && {
  Lateness result;
  result.allowed_ms = static_cast<double>(allowed_ns_) / kMillion;
  result.events = late_ns_.size();
  if (late_ns_.empty()) return result;
  double sum = 0;
  std::uint64_t late = 0;
  for (std::uint64_t each : late_ns_) sum += static_cast<double>(each), late += each > allowed_ns_;
  const double count = static_cast<double>(late_ns_.size());
  result.mean_ms = sum / count / kMillion;
  result.late_share = static_cast<double>(late) / count;
  result.max_ms = static_cast<double>(std::ranges::max(late_ns_)) / kMillion;
  const auto rank = static_cast<std::ptrdiff_t>((late_ns_.size() * 99 + 99) / 100 - 1);
  std::ranges::nth_element(late_ns_, late_ns_.begin() + rank);
  result.p99_ms = static_cast<double>(late_ns_[static_cast<std::size_t>(rank)]) / kMillion;
  return result;
}

std::uint64_t allowed_lateness_ns(std::uint64_t round_trip_ns) { return std::max<std::uint64_t>(250'000, round_trip_ns / 50); }

std::string too_late(const Lateness& lateness, std::uint64_t round_trip_ns) {
  char text[200];
  if (lateness.late_share > kMostLateShare) {
    std::snprintf(text, sizeof text, "%.1f %% of what was due came more than %.2f ms late (p99 %.2f ms, longest %.1f ms); at most 1 %% may",
                  100 * lateness.late_share, lateness.allowed_ms, lateness.p99_ms, lateness.max_ms);
    return text;
  }
  const double round_trip_ms = static_cast<double>(round_trip_ns) / kMillion;
  const double longest_ms = std::max(kLongestStopMs, round_trip_ms / 2);
  if (lateness.max_ms <= longest_ms) return "";
  std::snprintf(text, sizeof text, "it stood still for %.1f ms; at most %.1f ms may be, half the round trip or %.0f ms", lateness.max_ms, longest_ms, kLongestStopMs);
  return text;
}

}  // namespace assay::evaluators::congestion::kernel
