// The grouped product in all its variants on the CPU twin, against fp64, and its trusted plan.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "kernels/common/compare.h"
#include "kernels/moe_select/kernel.h"
#include "kernels/moe_select/launch.h"
#include "kernels/moe_select/plan.h"
#include "kernels/moe_select/problem.h"
#include "tests/kernels/mutants.h"

namespace assay::kernels::moe_select {
namespace {

constexpr Skew kSkews[] = {Skew::even, Skew::random, Skew::zipf, Skew::hot};

struct Grouped {
  std::vector<Bf16> out;
  std::vector<std::uint32_t> writes;
  std::vector<std::string> findings;
  bool once() const {
    return std::ranges::all_of(writes, [](std::uint32_t count) { return count == 1; });
  }
};

/// One problem, whose buffers stay where they are.
struct Problem {
  explicit Problem(const Shape& of) : shape(of), inputs(make_inputs(of, 3)), made(plan(of)) {}

  using Launch = std::function<std::vector<std::string>(const Arguments&)>;
  /// The output is NaN before.
  Grouped run(const Launch& launch) const {
    Grouped result;
    result.out.assign(row_count(shape) * row_width(shape), kBf16NaN);
    result.writes.assign(row_count(shape) * row_width(shape) / kCountedColumns, 0);
    Arguments a = sizes(shape, made);
    a.x = inputs.x.data(), a.weights = inputs.weights.data(), a.row_token = made.row_token.data(), a.lists = made.lists.data();
    a.out = result.out.data(), a.writes = result.writes.data();
    result.findings = launch(a);
    return result;
  }
  Grouped run(int action, Twin mode = Twin::fast) const {
    return run([&](const Arguments& a) { return run_twin(a, action, 1, mode); });
  }
  bool agrees(const Grouped& result) const { return compare(result.out, reference(shape, inputs), row_width(shape)).within(kRelativeTolerance, kWorstTolerance); }

  Shape shape;
  Inputs inputs;
  Plan made;
};

Shape shape_of(int experts, int top_k, int tokens, int n, int k, Skew skew = Skew::random) {
  return {.experts = experts, .top_k = top_k, .tokens = tokens, .n = n, .k = k, .skew = skew, .seed = 5};
}

TEST(Moe, AgreesWithTheReferenceForEverySkew) {
  for (Skew skew : kSkews) {
    const Problem problem(shape_of(8, 2, 33, 128, 192, skew));
    const Grouped result = problem.run(0);
    EXPECT_TRUE(problem.agrees(result) && result.once()) << static_cast<int>(skew);
  }
}

// A variant changes which block computes a value, never the order of its additions.
TEST(Moe, EveryVariantGivesTheSameBitsAndEachRowOnce) {
  // A lone token; experts without rows; tiles that are full, and one row more; steps of k that a tile of 128 does not divide.
  for (const Shape& shape : {shape_of(4, 1, 1, 128, 64), shape_of(16, 2, 3, 128, 192), shape_of(2, 1, 129, 256, 128), shape_of(2, 2, 16, 128, 320, Skew::even)}) {
    const Problem problem(shape);
    const Grouped first = problem.run(0);
    EXPECT_TRUE(problem.agrees(first));
    for (int action = 0; action < kVariantCount; ++action) {
      const Grouped result = problem.run(action);
      EXPECT_TRUE(result.once()) << action;
      EXPECT_EQ(result.out, first.out) << action;
    }
  }
}

TEST(Moe, EveryVariantIsCleanInCheckedMode) {
  const Problem problem(shape_of(4, 2, 9, 128, 192));
  const Grouped fast = problem.run(0);
  for (int action = 0; action < kVariantCount; ++action) {
    const Grouped result = problem.run(action, Twin::checked);
    EXPECT_EQ(result.findings, std::vector<std::string>{}) << action;
    EXPECT_TRUE(result.once()) << action;
    EXPECT_EQ(result.out, fast.out) << action;
  }
}

TEST(Moe, APlanPutsEveryRowIntoOneTileOfItsExpert) {
  for (Skew skew : kSkews)
    for (int tokens : {1, 7, 200}) {
      const Shape shape = shape_of(32, 4, tokens, 128, 64, skew);
      const Plan made = plan(shape);
      const Arguments a = sizes(shape, made);
      for (int action = 0; action < kVariantCount; ++action) EXPECT_EQ(blocks_of(a, action), tiles(shape, kVariants[action]));
      for (int height = 0; height < kHeightCount; ++height) {
        std::vector<int> covered(made.row_token.size(), 0);
        for (int i = made.list_begin[height]; i < made.list_begin[height + 1]; ++i) {
          const ExpertRows& entry = made.lists[static_cast<std::size_t>(i)];
          const int first = entry.first_row + (i - made.list_begin[height] - entry.first_tile) * kHeights[height];
          ASSERT_TRUE(first >= entry.first_row && first < entry.end_row);
          for (int row = first; row < std::min(first + kHeights[height], entry.end_row); ++row) {
            ++covered[static_cast<std::size_t>(row)];
            EXPECT_EQ(made.row_expert[static_cast<std::size_t>(row)], entry.expert);
          }
        }
        EXPECT_EQ(covered, std::vector<int>(covered.size(), 1));
      }
    }
}

TEST(Moe, APlanThatGathersAnothersTokenIsRejected) {
  Problem problem(shape_of(4, 2, 9, 128, 64));
  EXPECT_TRUE(problem.agrees(problem.run(6)));
  problem.made.row_token[3] = (problem.made.row_token[3] + 1) % 9;
  EXPECT_FALSE(problem.agrees(problem.run(6)));
}

TEST(Moe, APlanThatLeavesOutATileShowsInTheWriteCounts) {
  Problem problem(shape_of(2, 1, 40, 128, 64, Skew::even));
  problem.made.lists[1] = problem.made.lists[0];  // both experts have two tiles of 16
  problem.made.lists[2] = problem.made.lists[0];
  const Grouped result = problem.run(0);
  EXPECT_FALSE(result.once());
  EXPECT_FALSE(problem.agrees(result));
}

struct Mutated {
  Grouped result;
  bool agrees;
};

/// {16, 64, 128, 3} over k = 192, whose second tile is half a tail, on blocks that make a mistake.
template <template <int> class Mutant>
Mutated run_on() {
  using Tile = TileOf<2>;
  const Problem problem(shape_of(2, 1, 8, 128, 192));
  Grouped result = problem.run([&](const Arguments& a) {
    Extents extents;
    extents.readable("x", a.x, problem.inputs.x.size());
    extents.readable("weights", a.weights, problem.inputs.weights.size());
    extents.readable("row_token", a.row_token, problem.made.row_token.size());
    extents.readable("lists", a.lists, problem.made.lists.size());
    extents.writable("out", a.out, row_count(problem.shape) * row_width(problem.shape));
    extents.writable("writes", a.writes, row_count(problem.shape) * row_width(problem.shape) / kCountedColumns);
    return run_mutant<Mutant<Tile::kThreads>>(blocks_of(a, 2), Tile::kSharedBytes, extents, [&](auto& block) { run<Tile>(block, a); });
  });
  const bool agrees = problem.agrees(result);
  return {std::move(result), agrees};
}

TEST(Moe, ItsMistakesInOrderingAndInTailsAreFound) {
  const Mutated right = run_on<CheckedBlock>();
  EXPECT_TRUE(right.agrees && right.result.findings.empty());
  const Mutated tails = run_on<ForgetsTails>();
  EXPECT_FALSE(tails.agrees || tails.result.findings.empty());
  EXPECT_FALSE(run_on<ForgetsSync>().result.findings.empty());
  EXPECT_FALSE(run_on<WaitsTooLittle>().result.findings.empty());
}

}  // namespace
}  // namespace assay::kernels::moe_select
