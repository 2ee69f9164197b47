#include "evolve/providers/bandit.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace assay::evolve {
namespace {

constexpr double kEvaluationShare = 0.1;  ///< of the dearest arm's price

/// Mean 0, deviation 1, within 6: the sum of twelve uniform numbers.
double normal(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.unit();
  return sum;
}

}  // namespace

void Bandit::learn(std::size_t arm, double reward, double usd) {
  Arm& a = arms_[arm];
  const double keep = 1 - 1 / static_cast<double>(settings_.memory);
  ++a.pulls;
  a.weight = a.weight * keep + 1;
  a.reward = a.reward * keep + reward;
  a.usd = a.usd * keep + usd;
}

std::vector<std::uint32_t> Bandit::order(Random& random) const {
  double dearest = 0;
  for (const Arm& a : arms_)
    if (a.pulls) dearest = std::max(dearest, a.usd / a.weight);
  const double evaluation = dearest > 0 ? dearest * kEvaluationShare : 1;
  // Arms that are not known yet first, those with the fewest pulls before the others; then by worth, highest first.
  std::vector<std::tuple<std::uint64_t, double>> keys;
  for (const Arm& a : arms_) {
    const double mean = (a.reward + 1) / (a.weight + 2), deviation = std::sqrt(mean * (1 - mean) / (a.weight + 3));
    const double rate = std::max(0.0, mean + deviation * normal(random)), draw = random.unit();
    if (a.pulls < settings_.least) keys.emplace_back(a.pulls, draw);
    else keys.emplace_back(settings_.least, -rate / (a.usd / a.weight + evaluation));
  }
  std::vector<std::uint32_t> order(arms_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t arm) { return keys[arm]; });
  return order;
}

}  // namespace assay::evolve
