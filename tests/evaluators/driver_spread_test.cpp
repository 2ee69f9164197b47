#include "evaluators/cache/driver/spread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace assay_driver {
namespace {

struct Owned {
  Owned(u64 universe, bool unique) {
    Arena measure;
    Spread ignored;
    lay_out(ignored, measure, universe, unique);
    memory.resize(measure.used / 8);
    Arena arena{reinterpret_cast<u8*>(memory.data()), measure.used, 0};
    lay_out(spread, arena, universe, unique);
  }
  std::vector<u64> memory;
  Spread spread;
};

u64 nearest_rank(const std::multiset<u64>& values, u64 percent) {
  const u64 rank = (percent * values.size() + 99) / 100;
  return *std::next(values.begin(), static_cast<std::ptrdiff_t>(rank - 1));
}

void churn(u64 universe, bool unique, unsigned seed, int steps, std::size_t about) {
  Owned owned(universe, unique);
  std::multiset<u64> values;
  std::mt19937_64 random(seed);
  for (int step = 0; step < steps; ++step) {
    const bool grow = values.empty() || random() % (2 * about) >= values.size();
    if (grow) {
      const u64 value = random() % 3 == 0 ? random() % universe : random() % std::min<u64>(universe, 20);
      if (unique && values.contains(value)) continue;
      values.insert(value);
      add(owned.spread, value);
    } else {
      auto victim = std::next(values.begin(), static_cast<std::ptrdiff_t>(random() % values.size()));
      remove(owned.spread, *victim);
      values.erase(victim);
    }
    if (values.empty() || random() % 3 == 0) continue;  // cursors fall behind for some steps
    for (int i = 0; i < kPercents; ++i) ASSERT_EQ(percentile(owned.spread, i), nearest_rank(values, kPercent[i]));
  }
}

TEST(Spread, PercentilesAreThoseOfTheSortedValues) {
  unsigned seed = 1;
  for (u64 universe : {1, 2, 63, 64, 65, 4096, 4097, 300000})
    for (std::size_t about : {1, 3, 20, 300}) churn(universe, false, seed++, 3000, about);
}

TEST(Spread, PercentilesOfDistinctValuesToo) {
  unsigned seed = 50;
  for (u64 universe : {1, 64, 65, 5000, 300000})
    for (std::size_t about : {1, 20, 300}) churn(universe, true, seed++, 3000, about);
}

TEST(Spread, NearestRankIsAsDocumented) {
  Owned owned(100, false);
  for (u64 value : {10, 20, 30, 40}) add(owned.spread, value);
  // ceil(p * 4 / 100): 1, 1, 2, 3, 4
  const u64 expected[] = {10, 10, 20, 30, 40};
  for (int i = 0; i < kPercents; ++i) EXPECT_EQ(percentile(owned.spread, i), expected[i]);
}

TEST(Ranks, AreThePlacesAmongTheDistinctValues) {
  std::mt19937_64 random(3);
  for (u64 bits : {1, 7, 8, 20, 40}) {
    std::vector<u64> source(1000), memory(2 * 1024);
    for (u64& value : source) value = random() & ((1ull << bits) - 1);
    Arena arena{reinterpret_cast<u8*>(memory.data()), memory.size() * 8, 0};
    Ranks ranks;
    lay_out(ranks, arena, source.size());
    ASSERT_TRUE(fits(arena));
    fill(ranks, source.data(), source.size());
    const std::set<u64> sorted(source.begin(), source.end());
    ASSERT_EQ(ranks.count, sorted.size());
    EXPECT_TRUE(std::equal(sorted.begin(), sorted.end(), ranks.values));
    for (u64 value : source) EXPECT_EQ(ranks.values[rank_of(ranks, value)], value);
  }
}

}  // namespace
}  // namespace assay_driver
