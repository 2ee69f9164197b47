// Ordered tiles of C = A * transpose(B) on the CPU twin, against fp64, and the orders themselves.

#include <gtest/gtest.h>

#include <vector>

#include "kernels/tile_order/kernel.h"
#include "tests/kernels/mutants.h"
#include "tests/kernels/ordered.h"

namespace assay::kernels::tile_order {
namespace {

std::vector<std::uint32_t> row_by_row(const Shape& shape) { return codes(grid(shape), row_major); }

TEST(Gemm, AgreesWithTheReferenceAtItsEdges) {
  for (const Shape& shape : {gemm_of(8, 8, 64), gemm_of(128, 128, 64), gemm_of(136, 120, 128), gemm_of(120, 264, 192), gemm_of(264, 136, 448)}) {
    const Ordered result = run_ordered(shape, row_by_row(shape));
    EXPECT_TRUE(result.agrees()) << shape.m << " x " << shape.n << " x " << shape.k << ": " << result.comparison.relative_error << ", " << result.comparison.worst_error;
    EXPECT_TRUE(result.once()) << shape.m << " x " << shape.n << " x " << shape.k;
  }
}

TEST(Gemm, EveryOrderGivesTheSameBitsAndEachTileOnce) {
  const Shape shape = gemm_of(264, 392, 64);
  const Ordered first = run_ordered(shape, row_by_row(shape));
  EXPECT_TRUE(first.agrees());
  for (const Order& order : kOrders) {
    const Ordered result = run_ordered(shape, codes(grid(shape), order.tile));
    EXPECT_TRUE(result.once()) << order.name;
    EXPECT_EQ(result.out, first.out) << order.name;
  }
}

TEST(Gemm, IsCleanInCheckedMode) {
  for (const Shape& shape : {gemm_of(136, 72, 320), gemm_of(8, 8, 64)}) {
    const Ordered result = run_ordered(shape, row_by_row(shape), Twin::checked);
    EXPECT_EQ(result.findings, std::vector<std::string>{});
    EXPECT_TRUE(result.agrees() && result.once());
    EXPECT_EQ(result.out, run_ordered(shape, row_by_row(shape)).out);
  }
}

/// What checked mode finds of one small product on blocks that make a mistake.
template <template <int> class Mutant>
std::vector<std::string> findings_of() {
  const Shape shape = gemm_of(40, 48, 192);
  const auto order = row_by_row(shape);
  return run_ordered(shape, order, [&](const Arguments& a) {
    Extents extents;
    extents.readable("order", a.order, order.size());
    extents.readable("a", a.a, 40 * 192);
    extents.readable("b", a.b, 48 * 192);
    extents.writable("out", a.out, 40 * 48);
    extents.writable("writes", a.writes, order.size());
    return run_mutant<Mutant<GemmTile::kThreads>>(1, GemmTile::kSharedBytes, extents, [&](auto& block) { run_gemm(block, a, OrderFromData{}); });
  }).findings;
}

TEST(Gemm, ItsMistakesInOrderingAndInTailsAreFound) {
  EXPECT_TRUE(findings_of<CheckedBlock>().empty());
  EXPECT_FALSE(findings_of<ForgetsSync>().empty());
  EXPECT_FALSE(findings_of<WaitsTooLittle>().empty());
  EXPECT_FALSE(findings_of<ForgetsTails>().empty());
}

TEST(Gemm, AnOrderThatNamesATileTwiceShowsInTheWriteCounts) {
  const Shape shape = gemm_of(136, 136, 64);
  const Ordered result = run_ordered(shape, {0, 1, 3, 3});
  EXPECT_EQ(result.writes, (std::vector<std::uint32_t>{1, 1, 0, 2}));
  EXPECT_FALSE(result.once());
  EXPECT_FALSE(result.agrees());
}

void expect_bijection(const Grid& grid, const Order& order) {
  std::vector<bool> seen(static_cast<std::size_t>(grid.tiles()), false);
  for (int id = 0; id < grid.tiles(); ++id) {
    const Tile tile = order.tile(grid, id);
    ASSERT_TRUE(tile.row >= 0 && tile.row < grid.rows && tile.column >= 0 && tile.column < grid.columns) << order.name << ", block " << id;
    ASSERT_FALSE(seen[code(grid, tile)]) << order.name << " of " << grid.rows << " x " << grid.columns << ", block " << id;
    seen[code(grid, tile)] = true;
  }
}

TEST(Orders, AreBijectionsOfSmallGridsAndTheLargest) {
  for (const Order& order : kOrders)
    for (bool causal : {false, true}) {
      for (int rows = 1; rows <= 20; ++rows)
        for (int columns = 1; columns <= 20; ++columns) expect_bijection({rows, columns, causal}, order);
      expect_bijection({kMostRows, kMostColumns, causal}, order);
      expect_bijection({kMostRows - 1, 3, causal}, order);
    }
}

TEST(Orders, AreWhatTheirNamesSay) {
  const Grid grid{10, 7, true}, product{10, 7, false};
  EXPECT_EQ(row_major(grid, 8), (Tile{1, 1}));
  EXPECT_EQ(grouped(product, 1), (Tile{1, 0}));   // down a band of 8 rows
  EXPECT_EQ(grouped(product, 8), (Tile{0, 1}));   // then its next column
  EXPECT_EQ(grouped(product, 57), (Tile{9, 0}));  // the last band has two rows
  EXPECT_EQ(swizzled(product, 6), (Tile{0, 6}));  // one band of all 7 columns
  EXPECT_EQ(swizzled({10, 11, false}, 80), (Tile{0, 8}));
  EXPECT_EQ(longest_first(grid, 0), (Tile{9, 0}));
  EXPECT_EQ(longest_first(product, 0), (Tile{0, 0}));
  EXPECT_EQ(snake(grid, 6), (Tile{9, 6}));
  EXPECT_EQ(snake(grid, 7), (Tile{8, 6}));  // where the row before ended
  EXPECT_EQ(snake(grid, 13), (Tile{8, 0}));
}

}  // namespace
}  // namespace assay::kernels::tile_order
