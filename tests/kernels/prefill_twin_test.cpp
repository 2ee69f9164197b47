// Causal attention tile by tile on the CPU twin, against fp64.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "kernels/tile_order/kernel.h"
#include "tests/kernels/mutants.h"
#include "tests/kernels/ordered.h"

namespace assay::kernels::tile_order {
namespace {

std::vector<std::uint32_t> row_by_row(const Shape& shape) { return codes(grid(shape), row_major); }

TEST(Prefill, AgreesWithTheReferenceAtEveryEdgeOfATile) {
  for (int length : {1, 63, 64, 127, 128, 129, 300})
    for (int group : {1, 4}) {
      const Shape shape = prefill_of(length, group, 1);
      const Ordered result = run_ordered(shape, row_by_row(shape));
      EXPECT_TRUE(result.agrees()) << length << " tokens, group of " << group << ": " << result.comparison.relative_error << ", " << result.comparison.worst_error;
      EXPECT_TRUE(result.once()) << length << " tokens, group of " << group;
    }
}

TEST(Prefill, EveryOrderGivesTheSameBitsAndEachTileOnce) {
  const Shape shape = prefill_of(150, 4, 2, 2);
  const Ordered first = run_ordered(shape, row_by_row(shape));
  EXPECT_TRUE(first.agrees());
  std::vector<std::vector<std::uint32_t>> orders;
  for (const Order& order : kOrders) orders.push_back(codes(grid(shape), order.tile));
  orders.push_back(row_by_row(shape));
  std::ranges::shuffle(orders.back(), std::mt19937_64(11));
  for (const auto& order : orders) {
    const Ordered result = run_ordered(shape, order);
    EXPECT_TRUE(result.once());
    EXPECT_EQ(result.out, first.out);
  }
}

TEST(Prefill, IsCleanInCheckedMode) {
  for (int length : {5, 130}) {
    const Shape shape = prefill_of(length, 2, 1);
    const Ordered result = run_ordered(shape, row_by_row(shape), Twin::checked);
    EXPECT_EQ(result.findings, std::vector<std::string>{}) << length;
    EXPECT_TRUE(result.agrees() && result.once()) << length;
    EXPECT_EQ(result.out, run_ordered(shape, row_by_row(shape)).out) << length;
  }
}

TEST(Prefill, NeverTouchesKeysBeyondTheTilesLastQuery) {
  const Shape shape = prefill_of(300, 1, 1);
  auto first_row = [&](int visible) {
    const auto order = row_by_row(shape);
    return run_ordered(shape, order, [&](const Arguments& a) {
      Extents extents;
      extents.readable("order", a.order, order.size());
      extents.readable("q", a.q, 300 * kHeadDim);
      extents.readable("k", a.k, static_cast<std::size_t>(visible * kHeadDim));
      extents.readable("v", a.v, static_cast<std::size_t>(visible * kHeadDim));
      extents.writable("out", a.out, 128 * kHeadDim);
      extents.writable("writes", a.writes, 3);
      return run_mutant<CheckedBlock<Prefill::kThreads>>(1, Prefill::kSharedBytes, extents, [&](auto& block) { run_prefill(block, a, OrderFromData{}); });
    });
  };
  EXPECT_EQ(first_row(128).findings, std::vector<std::string>{});
  EXPECT_FALSE(first_row(127).findings.empty());
}

TEST(Prefill, WithoutItsMaskIsRejected) {
  struct NoMask {
    bool operator()(int, int) const { return false; }
  };
  const Shape shape = prefill_of(100, 1, 1);
  const auto order = row_by_row(shape);
  const Ordered result = run_ordered(shape, order, [](const Arguments& a) {
    return run_grid<Prefill::kThreads>(1, Prefill::kSharedBytes, 1, Twin::fast, {}, [&](auto& block) { run_prefill(block, a, OrderFromData{}, NoMask{}); });
  });
  EXPECT_FALSE(result.agrees());
  EXPECT_TRUE(result.once());
}

/// What checked mode finds of a prefill of 140 tokens on blocks that make a mistake.
template <template <int> class Mutant>
std::vector<std::string> findings_of() {
  const Shape shape = prefill_of(140, 1, 1);
  const auto order = row_by_row(shape);
  return run_ordered(shape, order, [&](const Arguments& a) {
    Extents extents;
    extents.readable("order", a.order, order.size());
    for (auto [name, begin] : {std::pair("q", a.q), std::pair("k", a.k), std::pair("v", a.v)}) extents.readable(name, begin, 140 * kHeadDim);
    extents.writable("out", a.out, 140 * kHeadDim);
    extents.writable("writes", a.writes, order.size());
    return run_mutant<Mutant<Prefill::kThreads>>(2, Prefill::kSharedBytes, extents, [&](auto& block) { run_prefill(block, a, OrderFromData{}); });
  }).findings;
}

TEST(Prefill, ItsMistakesInOrderingAndInTailsAreFound) {
  EXPECT_TRUE(findings_of<CheckedBlock>().empty());
  EXPECT_FALSE(findings_of<ForgetsSync>().empty());
  EXPECT_FALSE(findings_of<ForgetsWarpSync>().empty());
  EXPECT_FALSE(findings_of<WaitsTooLittle>().empty());
  EXPECT_FALSE(findings_of<ForgetsTails>().empty());
}

TEST(Prefill, AnOrderThatNamesATileTwiceShowsInTheWriteCounts) {
  const Shape shape = prefill_of(150, 2, 1);
  auto order = row_by_row(shape);
  order[2] = order[1];
  const Ordered result = run_ordered(shape, order);
  EXPECT_EQ(result.writes, (std::vector<std::uint32_t>{1, 2, 0, 1}));
  EXPECT_FALSE(result.once());
  EXPECT_FALSE(result.agrees());
}

TEST(Prefill, AnOrderOutOfTheGridIsCountedAndTouchesNothing) {
  const Shape shape = prefill_of(150, 2, 1);
  for (std::uint32_t beyond : {4u, 5u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
    auto order = row_by_row(shape);
    order[3] = beyond;
    const Ordered result = run_ordered(shape, order, Twin::checked);
    EXPECT_EQ(result.findings, std::vector<std::string>{}) << beyond;
    EXPECT_EQ(result.strays, 1u) << beyond;
    EXPECT_EQ(result.writes, (std::vector<std::uint32_t>{1, 1, 1, 0})) << beyond;
  }
}

}  // namespace
}  // namespace assay::kernels::tile_order
