// Summed-up loops against running every input: random tiny programs whose loops nest, each loop summed up however short it is.
// ASSAY_MORE=N runs N times as many.

#include <gtest/gtest.h>

#include <cstdlib>

#include "verify/domains/explore.h"
#include "verify/lower/sample.h"
#include "verify/smt/query.h"
#include "verify/smt/solver.h"

#include "graph_walk.h"
#include "random_program.h"

namespace assay::verify {
namespace {

std::uint64_t times() {
  const char* more = std::getenv("ASSAY_MORE");
  return more == nullptr ? 1 : std::max(1ull, std::strtoull(more, nullptr, 10));
}

domains::ExploreOptions summing_up(std::uint64_t seed) {
  domains::ExploreOptions options;
  options.instruction_bound = kBound;
  options.unroll_cap = std::array{0u, 1u, 3u}[seed % 3];
  options.unroll_at_last = false;
  options.partition = seed % 2 == 0;
  options.partition_at_last = false;
  options.record = true;
  return options;
}

struct Tally {
  int programs = 0, summaries = 0, open = 0;
  std::uint64_t settled = 0, atoms = 0, refuted_sums = 0;
};

/// What a run breaks must be open, at that very check.
void expect_open(const domains::Exploration& found, const Program& program, const lower::Execution& execution, std::uint64_t seed) {
  bool violated = execution.stop == lower::Stop::violated;
  if (!violated && execution.stop != lower::Stop::exceeded) return;
  for (const auto& each : found.open) {
    if (violated && each.check == execution.check) return;
    if (!violated && each.property == Property::terminates) return;
  }
  ADD_FAILURE() << "seed " << seed << ": WRONG PROOF, " << (violated ? program.checks[execution.check].what : "the bound");
}

void for_every_input(const std::function<void(const lower::Inputs&)>& run) {
  for (Word x = 0; x < 8; ++x)
    for (Word y = 0; y < 8; ++y)
      for (Word s = 0; s < 4; ++s) run({x, y, s});
}

void check_walks(std::uint64_t seed, Tally& tally) {
  Program program = RandomProgram(seed, true).make();
  lower::TermPool pool;
  auto options = summing_up(seed);
  auto found = domains::explore(program, pool, options);
  ++tally.programs;
  tally.summaries += found.is_summary;
  tally.open += static_cast<int>(found.open.size());
  for (auto count : found.settled) tally.settled += count;
  ASSERT_FALSE(found.gave_up) << "seed " << seed << ": " << *found.gave_up;
  GraphWalk walk(program, found.graph, kBound);
  bool output_open = std::any_of(found.open.begin(), found.open.end(), [](auto& each) { return each.property == Property::output_range; });
  for_every_input([&](const lower::Inputs& inputs) {
    auto wrong = walk.contradiction(inputs);
    EXPECT_FALSE(wrong) << "seed " << seed << ": " << *wrong;
    auto execution = lower::interpret(program, inputs, kBound);
    expect_open(found, program, execution, seed);
    bool leaves = execution.stop == lower::Stop::returned && !lower::output_in_range(program, execution);
    EXPECT_TRUE(!leaves || output_open) << "seed " << seed << ": WRONG PROOF of the output's range";
  });
  tally.atoms += walk.atoms();
}

TEST(SummedUp, EveryRunLiesWithinTheRecordedGraph) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 400 * times() && !HasFailure(); ++seed) check_walks(seed, tally);
  std::printf("  %d programs, %d with summed-up loops, %llu checks settled, %d open, %llu atoms held\n", tally.programs, tally.summaries,
              static_cast<unsigned long long>(tally.settled), tally.open, static_cast<unsigned long long>(tally.atoms));
  EXPECT_GT(tally.summaries, 100);
}

/// The obligations themselves: a property that some run breaks has one with a model.
void check_obligations(std::uint64_t seed, smt::Theory theory) {
  Program program = RandomProgram(seed, true).make();
  Broken truth = run_all(program);
  lower::TermPool pool;
  auto found = domains::explore(program, pool, summing_up(seed));
  ASSERT_FALSE(found.gave_up) << "seed " << seed << ": " << *found.gave_up;
  if (!found.is_summary) return;
  Broken maybe{};
  for (const auto& each : found.open) {
    bool& open = maybe[static_cast<std::size_t>(each.property)];
    auto text = open ? std::nullopt : write_query({program, pool, each.path, each.violation}, theory, "t");
    open = open || !text || smt::solve_here(*text, 20'000'000).verdict != smt::Verdict::unsat;
  }
  for (std::size_t i = 0; i < truth.size(); ++i)
    EXPECT_TRUE(!truth[i] || maybe[i]) << "seed " << seed << ": WRONG PROOF of " << i;
}

TEST(SummedUp, TheSolverNeverProvesWhatARunBreaksOverIntegers) {
  for (std::uint64_t seed = 10001; seed <= 10000 + 60 * times() && !HasFailure(); ++seed) check_obligations(seed, smt::Theory::integers);
}

TEST(SummedUp, TheSolverNeverProvesWhatARunBreaksOverBitVectors) {
  for (std::uint64_t seed = 20001; seed <= 20000 + 30 * times() && !HasFailure(); ++seed) check_obligations(seed, smt::Theory::bit_vectors);
}

}  // namespace
}  // namespace assay::verify
