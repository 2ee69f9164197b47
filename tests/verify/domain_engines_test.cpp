// The engines against each other: random tiny programs whose every input is run. What exploration and solver together
// call proved no run may break, and what they call refuted some run must break. Wrong answers: none.

#include <gtest/gtest.h>

#include <random>

#include "verify/certify_examine.h"
#include "verify/domains/explore.h"
#include "verify/lower/builder.h"
#include "verify/smt/query.h"

namespace assay::verify {
namespace {

using lower::Builder;
using lower::End;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;
using lower::Word;

constexpr unsigned kWidth = 5;
constexpr std::uint64_t kBound = 60;

/// A random program over two numbers and a four-slot state: checked arithmetic, branches, a loop, indexed memory.
class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : random_(seed), builder_(program_) {}

  Program make() {
    program_.function = "f";
    add_inputs();
    std::uint32_t block = builder_.new_block();
    builder_.select_block(block);
    for (int i = 0; i < 3; ++i) fragment();
    program_.return_width = kWidth;
    program_.return_min = pick(-16, 0);
    program_.return_max = pick(0, 15);
    current().end = End::give_back;
    current().condition = any();
    for (lower::Block& each : program_.blocks) each.cost = static_cast<std::uint32_t>(each.instructions.size() + each.phis.size() + 1);
    EXPECT_TRUE(lower::analyse_flow(program_));
    return std::move(program_);
  }

 private:
  int pick(int lo, int hi) { return static_cast<int>(lo + static_cast<int>(random_() % static_cast<unsigned>(hi - lo + 1))); }
  ValueId any() { return numbers_[random_() % numbers_.size()]; }
  lower::Block& current() { return program_.blocks[builder_.block()]; }

  void add_inputs() {
    for (const char* name : {"x", "y"}) {
      ValueId value = builder_.fresh(kWidth);
      program_.inputs.push_back({name, 0, 7, value, lower::kNone});
      numbers_.push_back(value);
    }
    for (int i = 0; i < 3; ++i) numbers_.push_back(builder_.constant(pick(-4, 8), kWidth));
    program_.objects.push_back({.name = "s", .bytes = 4, .first_slot = 0, .slot_count = 4, .is_input = true, .is_state = true});
    for (std::uint32_t i = 0; i < 4; ++i) program_.slots.push_back({"s[" + std::to_string(i) + "]", i, 1, 0, 3, 0});
    program_.inputs.push_back({"s[0]", 0, 3, lower::kNone, 0});  // the others start at 0: fewer inputs to run
  }

  void fragment() {
    switch (pick(0, 5)) {
      case 0: case 1: arithmetic(); break;
      case 2: diamond(); break;
      case 3: loop(); break;
      case 4: memory(); break;
      default: division(); break;
    }
  }

  void arithmetic() {
    static constexpr Op kOps[] = {Op::add, Op::sub, Op::mul};
    Op op = kOps[pick(0, 2)];
    ValueId a = any(), b = any(), flag = builder_.compute(overflow_test(op), 1, a, b);
    if (pick(0, 2) != 0) builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "overflow");
    numbers_.push_back(builder_.guarded(op, kWidth, a, b, flag));
    if (pick(0, 3) == 0) {
      static constexpr Op kBits[] = {Op::and_, Op::or_, Op::xor_, Op::ashr, Op::lshr, Op::shl};
      Op bits = kBits[pick(0, 5)];
      ValueId right = bits >= Op::and_ ? any() : builder_.constant(pick(0, 4), kWidth);
      numbers_.push_back(builder_.compute(bits, kWidth, any(), right));
    }
  }

  ValueId condition() {
    static constexpr Op kOps[] = {Op::eq, Op::slt, Op::ult};
    ValueId bit = builder_.compute(kOps[pick(0, 2)], 1, any(), any());
    return pick(0, 1) ? bit : builder_.negate(bit);
  }

  void division() {
    ValueId a = any(), b = any();
    auto is = [&](ValueId value, Word wanted) { return builder_.compute(Op::eq, 1, value, builder_.constant(wanted, kWidth)); };
    builder_.require(builder_.negate(is(b, 0)), Property::no_undefined_behaviour, "division by zero");
    builder_.require(builder_.compute(Op::or_, 1, builder_.negate(is(a, -16)), builder_.negate(is(b, -1))),
                     Property::no_undefined_behaviour, "division overflows");
    numbers_.push_back(builder_.compute(pick(0, 1) ? Op::sdiv : Op::srem, kWidth, a, b));
  }

  void branch(ValueId bit, std::uint32_t yes, std::uint32_t no) {
    current().end = End::branch;
    current().condition = bit;
    current().target[0] = yes;
    current().target[1] = no;
  }

  void jump(std::uint32_t to) {
    current().end = End::jump;
    current().target[0] = to;
  }

  void diamond() {
    std::uint32_t yes = builder_.new_block(), no = builder_.new_block(), after = builder_.new_block();
    branch(condition(), yes, no);
    auto outside = numbers_;
    builder_.select_block(yes);
    arithmetic();
    if (pick(0, 2) == 0) division();
    std::pair<std::uint32_t, ValueId> left{builder_.block(), numbers_.back()};
    jump(after);
    numbers_ = outside;
    builder_.select_block(no);
    if (pick(0, 1)) arithmetic();
    std::pair<std::uint32_t, ValueId> right{builder_.block(), any()};
    jump(after);
    numbers_ = outside;
    builder_.select_block(after);
    ValueId merged = builder_.fresh(kWidth);
    current().phis.push_back({merged, {left, right}});
    numbers_.push_back(merged);
  }

  /// for (i = 0; i < any; i += step) sum = something; with a step that may be 0.
  void loop() {
    std::uint32_t head = builder_.new_block(), body = builder_.new_block(), after = builder_.new_block(), before = builder_.block();
    ValueId start = builder_.constant(0, kWidth), first = any(), limit = any();
    jump(head);
    builder_.select_block(head);
    ValueId i = builder_.fresh(kWidth), sum = builder_.fresh(kWidth);
    branch(builder_.compute(Op::slt, 1, i, limit), body, after);
    auto outside = numbers_;
    numbers_.push_back(i);
    numbers_.push_back(sum);
    builder_.select_block(body);
    arithmetic();
    ValueId next_sum = numbers_.back();
    ValueId step = builder_.constant(pick(0, 9) == 0 ? 0 : pick(1, 3), kWidth);
    ValueId flag = builder_.compute(Op::sadd_overflows, 1, i, step);
    builder_.require(builder_.negate(flag), Property::no_undefined_behaviour, "overflow");
    ValueId next = builder_.guarded(Op::add, kWidth, i, step, flag);
    program_.blocks[head].phis.push_back({i, {{before, start}, {builder_.block(), next}}});
    program_.blocks[head].phis.push_back({sum, {{before, first}, {builder_.block(), next_sum}}});
    jump(head);
    numbers_ = outside;
    numbers_.push_back(sum);
    builder_.select_block(after);
  }

  void memory() {
    ValueId index = builder_.compute(Op::sext, 64, any());
    if (pick(0, 1)) index = builder_.compute(Op::and_, 64, index, builder_.constant(3, 64));
    ValueId byte = builder_.load(0, index, 8);
    if (pick(0, 1)) builder_.store(0, index, builder_.compute(Op::sext, 8, any()));
    numbers_.push_back(builder_.compute(Op::trunc, kWidth, byte));
  }

  std::mt19937_64 random_;
  Program program_;
  Builder builder_;
  std::vector<ValueId> numbers_;
};

using Broken = std::array<bool, 5>;

/// The truth: every input is run.
Broken run_all(const Program& program) {
  Broken out{};
  for (Word x = 0; x < 8; ++x)
    for (Word y = 0; y < 8; ++y)
      for (Word s = 0; s < 4; ++s) {
        auto execution = lower::interpret(program, std::vector<Word>{x, y, s}, kBound);
        if (execution.stop == lower::Stop::violated) out[static_cast<std::size_t>(program.checks[execution.check].property)] = true;
        if (execution.stop == lower::Stop::exceeded) out[static_cast<std::size_t>(Property::terminates)] = true;
        if (execution.stop == lower::Stop::returned && !lower::output_in_range(program, execution))
          out[static_cast<std::size_t>(Property::output_range)] = true;
      }
  return out;
}

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
