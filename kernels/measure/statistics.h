#pragma once
// What samples say, and whether a difference between two actions is more than noise. Everything is exact in its seed.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::kernels::measure {

/// The middle value, or the mean of the two in the middle. Requires: values is not empty.
double median(std::span<const double> values);
/// The smallest value that at least `share` of all do not exceed (0 < share <= 1). Requires: values is not empty.
double percentile(std::span<const double> values, double share);

struct Interval {
  double low = 0, high = 0;
};

/// A confidence interval of the median by the percentile bootstrap (Efron & Tibshirani, An Introduction to the Bootstrap, section 13.3).
/// With few values it is what the values allow: of one value, that value twice. Requires: values is not empty.
Interval bootstrap_median(std::span<const double> values, std::uint64_t seed, double confidence = 0.95, int resamples = 2000);

/// log(base / candidate) of each round: over 0 the candidate is faster. Both hold kSamplesPerRound samples of each round, in order; a round's
/// time is the mean of its samples, in which a linear drift cancels.
std::vector<double> block_log_ratios(std::span<const double> base_us, std::span<const double> candidate_us);

/// Two copies of one action, measured as if they were two actions: what noise alone looks like on this device.
struct Null {
  double p95 = 0;  ///< 95th percentile of |log ratio| of a round
  Interval interval;  ///< of the median log ratio; without bias it holds 0
};
Null null_of(std::span<const double> log_ratios, std::uint64_t seed);

enum class Finding : std::uint8_t { same, win, loss };  ///< `same`: nothing that this measurement could tell from noise

struct Comparison {
  double log_ratio = 0;  ///< median over rounds
  Interval interval;
  Finding finding = Finding::same;
};

/// A win only where the whole interval lies above the null's p95: a median that noise's single rounds reach is no win, even where many
/// rounds would make its interval narrow. (A device has states that last longer than a measurement.)
Comparison compare(std::span<const double> log_ratios, const Null& null, std::uint64_t seed);

/// Samples whose clock is more than `tolerance` off the median of the clocks that could be read (0: could not be read).
std::vector<bool> clock_outliers(std::span<const int> clock_mhz, double tolerance = 0.03);

}  // namespace assay::kernels::measure
