#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "kernels/device_facts.h"
#include "kernels/measure/plan.h"
#include "kernels/measure/random.h"
#include "kernels/measure/statistics.h"

namespace assay::kernels::measure {
namespace {

double normal(Random& random) { return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(6.283185307179586 * random.unit()); }

/// A device made of numbers: the time of an action at a moment.
struct Bench {
  std::vector<double> true_us;
  double noise = 0;          ///< of each sample, relative
  double drift_per_sample = 0;  ///< in microseconds
  Random random{1};
  double now = 0;

  /// Samples of each action, in order.
  std::vector<std::vector<double>> run(int rounds, std::uint64_t seed) {
    std::vector<std::vector<double>> samples(true_us.size());
    for (int round = 0; round < rounds; ++round)
      for (std::size_t action : abba_round(true_us.size(), round, seed))
        samples[action].push_back(true_us[action] * (1 + noise * normal(random)) + drift_per_sample * now++);
    return samples;
  }
};

TEST(Plan, HasEachActionTwiceARoundAndItsOwnReverse) {
  for (std::size_t actions : {1, 2, 5, 24})
    for (int round = 0; round < 20; ++round) {
      const auto plan = abba_round(actions, round, 7);
      std::map<std::size_t, int> count;
      for (std::size_t action : plan) ++count[action];
      EXPECT_EQ(count.size(), actions);
      for (auto [action, times] : count) EXPECT_EQ(times, kSamplesPerRound) << action;
      EXPECT_TRUE(std::ranges::equal(plan, std::vector(plan.rbegin(), plan.rend())));
    }
}

TEST(Plan, IsRandomAndTheSameForTheSameSeed) {
  EXPECT_EQ(abba_round(24, 3, 7), abba_round(24, 3, 7));
  EXPECT_NE(abba_round(24, 3, 7), abba_round(24, 3, 8));
  EXPECT_NE(abba_round(24, 3, 7), abba_round(24, 4, 7));
  std::vector<int> first(4);
  for (int round = 0; round < 4000; ++round) ++first[abba_round(4, round, 1)[0]];
  for (int count : first) EXPECT_NEAR(count, 1000, 120);  // 4.4 standard deviations
}

TEST(Statistics, MedianAndPercentile) {
  EXPECT_EQ(median(std::vector{3.0, 1.0, 2.0}), 2);
  EXPECT_EQ(median(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  std::vector<double> hundred;
  for (int i = 100; i > 0; --i) hundred.push_back(i);
  EXPECT_EQ(percentile(hundred, 0.95), 95);
  EXPECT_EQ(percentile(hundred, 1), 100);
  EXPECT_EQ(percentile(std::vector{5.0}, 0.95), 5);
}

TEST(Statistics, AnIntervalHoldsTheMedianAboutAsOftenAsItSays) {
  Random random(3);
  int held = 0;
  constexpr int kTrials = 400;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> values;
    for (int i = 0; i < 25; ++i) values.push_back(std::exp(normal(random)));  // skewed; its median is 1
    const Interval interval = bootstrap_median(values, static_cast<std::uint64_t>(trial), 0.95, 500);
    held += interval.low <= 1 && 1 <= interval.high;
  }
  EXPECT_GE(held, kTrials * 90 / 100);
  EXPECT_LE(held, kTrials * 99 / 100) << "an interval that always holds it says nothing";
}

TEST(Statistics, ALinearDriftCancelsInEveryRound) {
  Bench bench{.true_us = {100, 100, 100}, .drift_per_sample = 0.5};
  const auto samples = bench.run(10, 7);
  for (double ratio : block_log_ratios(samples[0], samples[2])) EXPECT_NEAR(ratio, 0, 1e-12);
  // The twin: the same drift in the order A A .. B B .. is a win of nothing.
  std::vector<double> first, second;
  for (int i = 0; i < 20; ++i) first.push_back(100 + 0.5 * i), second.push_back(100 + 0.5 * (i + 20));
  EXPECT_LT(median(block_log_ratios(first, second)), -0.05);
}

TEST(Statistics, TheSameActionTwiceIsNoWin) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Bench bench{.true_us = {100, 100, 100, 100}, .noise = 0.01, .random = Random(seed)};
    const auto samples = bench.run(12, seed);
    const Null null = null_of(block_log_ratios(samples[0], samples[1]), seed);
    found += compare(block_log_ratios(samples[2], samples[3]), null, seed).finding != Finding::same;
  }
  EXPECT_EQ(found, 0);
}

TEST(Statistics, AThreePercentWinIsFoundAndSoIsTheLoss) {
  int wins = 0, losses = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Bench bench{.true_us = {100, 100, 100, 97}, .noise = 0.008, .drift_per_sample = 0.01, .random = Random(seed)};
    const auto samples = bench.run(16, seed);
    const Null null = null_of(block_log_ratios(samples[0], samples[1]), seed);
    const Comparison there = compare(block_log_ratios(samples[2], samples[3]), null, seed), back = compare(block_log_ratios(samples[3], samples[2]), null, seed);
    wins += there.finding == Finding::win;
    losses += back.finding == Finding::loss;
    EXPECT_NEAR(there.log_ratio, 0.03, 0.015);
    EXPECT_LE(there.interval.low, there.log_ratio);
    EXPECT_GE(there.interval.high, there.log_ratio);
  }
  EXPECT_GE(wins, 90);
  EXPECT_GE(losses, 90);
}

TEST(Statistics, ClocksThatAreOffAreMarkedAndThoseThatCouldNotBeReadAreNot) {
  EXPECT_EQ(clock_outliers(std::vector{1980, 1980, 1200, 0, 1965}), (std::vector{false, false, true, false, false}));
  EXPECT_EQ(clock_outliers(std::vector{0, 0}), (std::vector{false, false}));
}

TEST(Floor, IsTheLongerOfMovingAndComputing) {
  DeviceFacts device;
  device.bandwidth_gb_s = 4800, device.bf16_tflops = 989;
  EXPECT_DOUBLE_EQ(floor_us(4.8e9, 0, device), 1000);
  EXPECT_DOUBLE_EQ(floor_us(1, 989e12, device), 1e6);
}

}  // namespace
}  // namespace assay::kernels::measure
