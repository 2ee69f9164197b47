#include "kernels/measure/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/measure/plan.h"
#include "kernels/measure/random.h"

namespace assay::kernels::measure {
namespace {

/// Of values that may be put into another order.
double median_of(std::vector<double>& values) {
  const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), half, values.end());
  if (values.size() % 2 == 1) return *half;
  return 0.5 * (*half + *std::max_element(values.begin(), half));
}

}  // namespace

double median(std::span<const double> values) {
  assert(!values.empty());
  std::vector<double> copy(values.begin(), values.end());
  return median_of(copy);
}

double percentile(std::span<const double> values, double share) {
  assert(!values.empty() && share > 0 && share <= 1);
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size()) - 1e-9));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

Interval bootstrap_median(std::span<const double> values, std::uint64_t seed, double confidence, int resamples) {
  assert(!values.empty() && resamples > 0);
  Random random(seed);
  std::vector<double> medians, drawn(values.size());
  for (int i = 0; i < resamples; ++i) {
    for (double& value : drawn) value = values[random.below(values.size())];
    medians.push_back(median_of(drawn));
  }
  const double tail = 0.5 * (1 - confidence);
  return {percentile(medians, tail), percentile(medians, 1 - tail)};
}

std::vector<double> block_log_ratios(std::span<const double> base_us, std::span<const double> candidate_us) {
  std::vector<double> ratios;
  const auto block = [](std::span<const double> samples, std::size_t at) {
    double sum = 0;
    for (std::size_t i = 0; i < kSamplesPerRound; ++i) sum += samples[at + i];
    return sum;
  };
  for (std::size_t at = 0; at + kSamplesPerRound <= std::min(base_us.size(), candidate_us.size()); at += kSamplesPerRound)
    ratios.push_back(std::log(block(base_us, at) / block(candidate_us, at)));
  return ratios;
}

Null null_of(std::span<const double> log_ratios, std::uint64_t seed) {
  std::vector<double> sizes;
  for (double ratio : log_ratios) sizes.push_back(std::abs(ratio));
  return {percentile(sizes, 0.95), bootstrap_median(log_ratios, seed)};
}

Comparison compare(std::span<const double> log_ratios, const Null& null, std::uint64_t seed) {
  Comparison found{median(log_ratios), bootstrap_median(log_ratios, seed), Finding::same};
  if (found.interval.low > null.p95) found.finding = Finding::win;
  if (found.interval.high < -null.p95) found.finding = Finding::loss;
  return found;
}

std::vector<bool> clock_outliers(std::span<const int> clock_mhz, double tolerance) {
  std::vector<double> read;
  for (int clock : clock_mhz)
    if (clock > 0) read.push_back(clock);
  std::vector<bool> marked(clock_mhz.size(), false);
  if (read.empty()) return marked;
  const double middle = median(read);
  for (std::size_t i = 0; i < marked.size(); ++i) marked[i] = clock_mhz[i] > 0 && std::abs(clock_mhz[i] - middle) > tolerance * middle;
  return marked;
}

}  // namespace assay::kernels::measure
