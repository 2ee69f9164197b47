// The engines against each other: random tiny programs whose every input is run. What exploration and solver together
// call proved no run may break, and what they call refuted some run must break. Wrong answers: none.

#include <gtest/gtest.h>

#include "verify/certify_examine.h"
#include "verify/domains/explore.h"
#include "verify/smt/query.h"

#include "random_program.h"

namespace assay::verify {
namespace {

struct Tally {
  int programs = 0, settled = 0, asked = 0, inexpressible = 0;
};

/// Exploration without sampling: a property is broken exactly if some open obligation has a model.
void check_program(std::uint64_t seed, bool use_intervals, smt::Theory theory, Tally& tally) {
  Program program = RandomProgram(seed).make();
  Broken truth = run_all(program), found{};
  lower::TermPool pool;
  domains::ExploreOptions options;
  options.instruction_bound = kBound;
  options.use_intervals = use_intervals;
  auto explored = domains::explore(program, pool, options);
  ASSERT_FALSE(explored.gave_up) << seed;
  bool complete = true;
  for (const auto& obligation : explored.open) {
    auto text = write_query({program, pool, obligation.path, obligation.violation}, theory, "t");
    if (!text) {
      complete = false;
      ++tally.inexpressible;
      continue;
    }
    auto answer = smt::solve_here(*text, 20'000'000);
    ++tally.asked;
    ASSERT_NE(answer.verdict, smt::Verdict::unknown) << seed << ": " << answer.reason;
    if (answer.verdict == smt::Verdict::sat) found[static_cast<std::size_t>(obligation.property)] = true;
  }
  ++tally.programs;
  for (auto count : explored.settled) tally.settled += static_cast<int>(count);
  for (std::size_t i = 0; i < 5; ++i) {
    if (found[i]) EXPECT_TRUE(truth[i]) << "seed " << seed << ": refuted, yet no run breaks " << i;
    if (complete && truth[i]) EXPECT_TRUE(found[i]) << "seed " << seed << ": WRONG PROOF of " << i;
  }
}

TEST(Engines, IntervalsAndIntegersNeverDisagreeWithRunningEveryInput) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 150 && !HasFatalFailure(); ++seed) check_program(seed, true, smt::Theory::integers, tally);
  std::printf("  %d programs, %d checks settled by intervals, %d asked, %d not over integers\n", tally.programs, tally.settled, tally.asked, tally.inexpressible);
}

TEST(Engines, AnExecutionThatPassesTheBoundBreaksNothingLater) {  // found by a longer run: bound and check on one path
  Tally tally;
  for (std::uint64_t seed : {10085, 10126, 10155}) check_program(seed, true, smt::Theory::integers, tally);
}

TEST(Engines, IntervalsAndBitVectorsNeverDisagreeWithRunningEveryInput) {
  Tally tally;
  for (std::uint64_t seed = 1001; seed <= 1100 && !HasFatalFailure(); ++seed) check_program(seed, true, smt::Theory::bit_vectors, tally);
  EXPECT_EQ(tally.inexpressible, 0);
}

TEST(Engines, TheSolverAloneNeverDisagreesWithRunningEveryInput) {
  Tally tally;
  for (std::uint64_t seed = 2001; seed <= 2020 && !HasFatalFailure(); ++seed) check_program(seed, false, smt::Theory::bit_vectors, tally);
}

TEST(Engines, TheWholeExaminationIsNeverWrong) {
  auto solver = smt::make_solver_here();
  tasks::Contract contract;
  CertifyOptions options;
  options.instruction_bound = kBound;
  options.solver_budget = std::chrono::seconds{20};
  int proved = 0, refuted = 0, unknown = 0;
  for (std::uint64_t seed = 5001; seed <= 5150; ++seed) {
    Program program = RandomProgram(seed).make();
    Broken truth = run_all(program);
    auto examined = examine({"f", program}, {contract, {}, options}, *solver);
    ASSERT_TRUE(examined);
    for (std::size_t i = 0; i < 5; ++i) {
      const Verdict& verdict = examined->claims[i].claim.verdict;
      bool is_proved = std::holds_alternative<Proved>(verdict), is_refuted = std::holds_alternative<Refuted>(verdict);
      EXPECT_FALSE(is_proved && truth[i]) << "seed " << seed << ": WRONG PROOF of " << i;
      EXPECT_FALSE(is_refuted && !truth[i]) << "seed " << seed << ": refuted, yet no run breaks " << i;
      proved += is_proved, refuted += is_refuted, unknown += !is_proved && !is_refuted;
    }
  }
  std::printf("  proved %d, refuted %d, unknown %d, wrong 0\n", proved, refuted, unknown);
  EXPECT_GT(proved, 100);
  EXPECT_GT(refuted, 50);
}

/// f(x) = x + 1 in 0..limit, for x in lo..hi.
Program successor(Word lo, Word hi, Word limit) {
  Program program;
  Builder builder(program);
  program.function = "f";
  ValueId x = builder.fresh(64);
  program.inputs.push_back({"x", lo, hi, x, lower::kNone});
  builder.select_block(builder.new_block());
  ValueId flag = builder.compute(Op::sadd_overflows, 1, x, builder.constant(1, 64));
  builder.require(builder.negate(flag), Property::no_undefined_behaviour, "overflow");
  program.blocks[0].end = End::give_back;
  program.blocks[0].condition = builder.guarded(Op::add, 64, x, builder.constant(1, 64), flag);
  program.blocks[0].cost = 3;
  program.return_width = 64;
  program.return_max = limit;
  lower::analyse_flow(program);
  return program;
}

std::string verdict_of(const Program& program, Property property) {
  tasks::Contract contract;
  CertifyOptions options;
  auto solver = smt::make_solver_here();
  auto examined = examine({"f", program}, {contract, {}, options}, *solver);
  return std::string(name_of(examined->claims[static_cast<std::size_t>(property)].claim.verdict));
}

TEST(Examine, ABoundThatIsOneTooSmallFlipsTheVerdict) {
  EXPECT_EQ(verdict_of(successor(0, 9, 10), Property::output_range), "proved");
  EXPECT_EQ(verdict_of(successor(0, 9, 9), Property::output_range), "refuted");
  EXPECT_EQ(verdict_of(successor(0, lower::largest(64) - 1, lower::largest(64)), Property::no_undefined_behaviour), "proved");
  EXPECT_EQ(verdict_of(successor(0, lower::largest(64), lower::largest(64)), Property::no_undefined_behaviour), "refuted");
}

TEST(Examine, AContradictoryRangeProvesNothing) {
  for (int property = 0; property < 5; ++property)
    EXPECT_EQ(verdict_of(successor(5, 4, 10), static_cast<Property>(property)), "unknown") << property;
}

TEST(Examine, AFunctionThatNeverReturnsProvesNothing) {
  Program program = successor(0, 9, 10);
  program.blocks[0].end = End::trap;
  program.checks.push_back({Property::in_bounds, "always", 0});
  program.blocks[0].check = static_cast<std::uint32_t>(program.checks.size() - 1);
  EXPECT_EQ(verdict_of(program, Property::in_bounds), "refuted");
  EXPECT_EQ(verdict_of(program, Property::output_range), "unknown");
}

TEST(Examine, AnUnsupportedFunctionIsUnknownInEveryClaim) {
  tasks::Contract contract;
  CertifyOptions options;
  auto solver = smt::make_solver_here();
  auto examined = examine({"f", std::unexpected(lower::Unsupported{"the instruction fadd", 3})}, {contract, {}, options}, *solver);
  for (const ExaminedClaim& claim : examined->claims)
    EXPECT_EQ(std::get<Unknown>(claim.claim.verdict).reason, "unsupported construct: the instruction fadd at line 3");
}

}  // namespace
}  // namespace assay::verify
