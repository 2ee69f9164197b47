// Grades: known shares, small boxes against every one of their inputs, and what must never count as proved.

#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "base/json.h"
#include "verify/certify_grade.h"
#include "verify/lower/builder.h"

namespace assay::verify {
namespace {

using lower::Action;
using lower::Builder;
using lower::End;
using lower::Op;
using lower::Program;
using lower::Property;
using lower::ValueId;
using lower::Word;

/// One block over a few parameters: `body` adds what is required of them.
template <class Body>
Program program_of(const std::vector<std::pair<Word, Word>>& ranges, Body body) {
  Program program;
  program.function = "f";
  Builder builder(program);
  builder.select_block(builder.new_block());
  std::vector<ValueId> inputs;
  for (auto [min, max] : ranges) {
    inputs.push_back(builder.fresh(64));
    program.inputs.push_back({"x" + std::to_string(inputs.size() - 1), min, max, inputs.back(), lower::kNone});
  }
  body(builder, inputs);
  program.blocks[builder.block()].end = End::give_back;
  for (lower::Block& block : program.blocks) block.cost = 1;
  EXPECT_TRUE(lower::analyse_flow(program));
  return program;
}

void assume(Program& program, ValueId bit) { program.blocks[0].instructions.push_back({.action = Action::assume, .a = bit}); }

Grade grade_of(const Program& program, Property claim = Property::no_undefined_behaviour, std::uint64_t most_terms = 20'000) {
  return grade(program, claim, {.most_terms = most_terms}).grade;
}

TEST(CertifyGrade, AClaimThatHoldsOnHalfOfTheBoxHasHalfOfTheCells) {
  Program program = program_of({{0, 63}, {0, 1 << 20}}, [](Builder& b, const auto& x) {
    b.require(b.compute(Op::slt, 1, x[0], b.constant(32, 64)), Property::no_undefined_behaviour, "too large");
  });
  Grade grade = grade_of(program);
  EXPECT_EQ(grade.cells, 64u);
  EXPECT_EQ(grade.proved, 32u);
  EXPECT_EQ(grade.refuted, 32u);
  EXPECT_EQ(grade.score(), 0.5);
  ASSERT_FALSE(grade.witnesses.empty());
  EXPECT_GE(Json::parse(grade.witnesses[0])["x0"].get<int>(), 32);
}

TEST(CertifyGrade, AWideRangeIsCutByMagnitude) {
  Program program = program_of({{0, Word{1} << 60}}, [](Builder& b, const auto& x) {
    b.require(b.compute(Op::slt, 1, x[0], b.constant(Word{1} << 31, 64)), Property::no_undefined_behaviour, "too large");
  });
  Grade grade = grade_of(program);
  EXPECT_GE(grade.score(), 0.5);
  EXPECT_LT(grade.score(), 0.6);
}

TEST(CertifyGrade, WhatHoldsNowhereHasNoCell) {
  Program program = program_of({{0, 63}}, [](Builder& b, const auto& x) {
    b.require(b.compute(Op::slt, 1, x[0], b.constant(0, 64)), Property::no_undefined_behaviour, "never");
  });
  EXPECT_EQ(grade_of(program).proved, 0u);
  EXPECT_EQ(grade_of(program).refuted, 64u);
}

TEST(CertifyGrade, ACellThatOnlyOtherClaimsBreakIsNotProvedWhereNothingReturns) {
  Program program = program_of({{0, 63}}, [](Builder& b, const auto& x) {
    b.require(b.compute(Op::slt, 1, x[0], b.constant(0, 64)), Property::no_undefined_behaviour, "never");
  });
  EXPECT_EQ(grade_of(program, Property::in_bounds).proved, 0u);
}

TEST(CertifyGrade, CellsThatAnAssumptionExcludesCountNeitherWay) {
  Program program = program_of({{0, 63}}, [](Builder& b, const auto&) { b.set_line(0); });
  Builder builder(program);
  builder.select_block(0);
  ValueId x = program.inputs[0].value;
  assume(program, builder.compute(Op::slt, 1, x, builder.constant(16, 64)));
  builder.require(builder.compute(Op::slt, 1, x, builder.constant(8, 64)), Property::claim, "below 8");
  program.blocks[0].live_in.clear();
  ASSERT_TRUE(lower::analyse_flow(program));
  Grade grade = grade_of(program, Property::claim);
  EXPECT_EQ(grade.proved * 2, grade.cells);
  EXPECT_EQ(grade.cells, 16u);
}

/// Two numbers of three bits are 64 inputs: every cell is one of them, and one input alone is decided exactly.
TEST(CertifyGrade, OnASmallBoxIsTheShareOfTheInputsThatKeepTheClaim) {
  std::mt19937_64 random(7);
  auto pick = [&](int lo, int hi) { return static_cast<Word>(lo + static_cast<int>(random() % static_cast<unsigned>(hi - lo + 1))); };
  int partly = 0;
  for (int round = 0; round < 60; ++round) {
    Word a = pick(-4, 4), b = pick(-4, 4), c = pick(-9, 9), limit = pick(-20, 20), excluded = pick(-20, 20);
    Program program = program_of({{0, 7}, {0, 7}}, [&](Builder& build, const auto& x) {
      auto times = [&](ValueId value, Word factor) { return build.compute(Op::mul, 64, value, build.constant(factor, 64)); };
      ValueId sum = build.compute(Op::add, 64, build.compute(Op::add, 64, times(x[0], a), times(x[1], b)), build.constant(c, 64));
      ValueId product = build.compute(Op::add, 64, sum, build.compute(Op::mul, 64, x[0], x[1]));
      build.require(build.compute(Op::slt, 1, product, build.constant(limit, 64)), Property::no_undefined_behaviour, "too large");
      build.require(build.negate(build.compute(Op::eq, 1, sum, build.constant(excluded, 64))), Property::in_bounds, "excluded");
    });
    std::uint64_t kept = 0, returned = 0;
    for (Word x = 0; x < 8; ++x)
      for (Word y = 0; y < 8; ++y) {
        auto broken = broken_by(program, interpret(program, std::vector<Word>{x, y}, 100));
        kept += broken != Property::no_undefined_behaviour;
        returned += !broken;
      }
    Grade grade = grade_of(program, Property::no_undefined_behaviour, 1'000'000);
    ASSERT_LE(grade.proved, kept) << round;
    ASSERT_EQ(grade.cells - grade.refuted, kept) << round;
    ASSERT_GE(grade.proved + (kept - returned), kept) << round;  // a cell in which another claim breaks is not proved
    partly += kept > 0 && kept < 64;
  }
  EXPECT_GT(partly, 10);
}

TEST(CertifyGrade, IsTheSameAgainAndNeverMoreThanEffortPaysFor) {
  Program program = program_of({{0, 63}, {-64, 63}}, [](Builder& b, const auto& x) {
    b.require(b.compute(Op::slt, 1, b.compute(Op::mul, 64, x[0], x[1]), b.constant(100, 64)), Property::no_undefined_behaviour, "too large");
  });
  Grade rich = grade_of(program), again = grade_of(program);
  EXPECT_EQ(rich.proved, again.proved);
  EXPECT_EQ(rich.witnesses, again.witnesses);
  Grade poor = grade_of(program, Property::no_undefined_behaviour, 10);
  EXPECT_LE(poor.proved, rich.proved);
  EXPECT_GT(rich.proved, 16u);
}

TEST(CertifyGrade, HalvesCoverTheirRangeAndNothingTwice) {
  auto check = [](Word lo, Word hi) {
    auto halves = halve({.name = "x", .min = lo, .max = hi});
    ASSERT_TRUE(halves.has_value());
    EXPECT_EQ(halves->low_min, lo);
    EXPECT_LE(halves->low_min, halves->low_max);
    EXPECT_EQ(halves->low_max + 1, halves->high_min);
    EXPECT_LE(halves->high_min, halves->high_max);
    EXPECT_EQ(halves->high_max, hi);
  };
  const Word top = lower::largest(64), bottom = lower::smallest(64);
  for (auto [lo, hi] : {std::pair<Word, Word>{0, 1}, {-1, 0}, {0, top}, {bottom, top}, {bottom, -1}, {top - 1, top}, {1, 2000}, {-2000, -1}, {5, Word{1} << 40}})
    check(lo, hi);
  EXPECT_FALSE(halve({.name = "x", .min = 3, .max = 3}).has_value());
}

TEST(CertifyGrade, HalvesOfDoublesCoverTheirRangeInTheirOrder) {
  auto bits = [](double value) { return static_cast<Word>(std::bit_cast<std::int64_t>(value)); };
  auto value = [](Word word) { return std::bit_cast<double>(static_cast<std::int64_t>(word)); };
  for (auto [lo, hi] : {std::pair{0.0, 1.0}, {-1.0, 1.0}, {-8.0, -1.0}, {1e-300, 1e300}, {0.0, 5e-324}, {-1e300, -1e-300}}) {
    auto halves = halve({.name = "x", .min = bits(lo), .max = bits(hi), .is_double = true});
    ASSERT_TRUE(halves.has_value());
    EXPECT_EQ(halves->low_min, bits(lo));
    EXPECT_EQ(halves->high_max, bits(hi));
    EXPECT_LE(value(halves->low_min), value(halves->low_max));
    EXPECT_LE(value(halves->high_min), value(halves->high_max));
    bool next = std::nextafter(value(halves->low_max), HUGE_VAL) == value(halves->high_min);
    bool zeros = value(halves->low_max) == 0 && value(halves->high_min) == 0;
    EXPECT_TRUE(next || zeros) << lo << " " << hi;
  }
}

}  // namespace
}  // namespace assay::verify
