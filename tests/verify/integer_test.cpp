// What the product of the word domains finds out, on the shapes that policies are made of; and what facts keep of it.

#include <gtest/gtest.h>

#include "verify/domains/facts.h"

namespace assay::verify::domains {
namespace {

constexpr unsigned kWidth = 64;
const Integer kAny = Integer::top(kWidth);

Integer number(Word value, unsigned width = kWidth) { return Integer::of(value, width); }
Integer between(Word lo, Word hi, unsigned width = kWidth) { return Integer::within({lo, hi}, width); }
Integer apply(Op op, const Integer& a, const Integer& b) { return transfer(op, lower::is_predicate(op) ? 1 : a.width, a.width, a, b, b, false); }
bool never(const Integer& bit) { return bit == Integer::of(0, 1); }
bool always(const Integer& bit) { return bit == Integer::of(1, 1); }

TEST(Integer, AMaskBoundsAnyWord) {
  Integer masked = apply(Op::and_, kAny, number(7));
  EXPECT_EQ(masked.range, (Interval{0, 7}));
  EXPECT_EQ(apply(Op::and_, kAny, number(12)).range, (Interval{0, 12}));
  EXPECT_EQ(apply(Op::and_, kAny, number(12)).congruence, (Congruence{4, 0}));
}

TEST(Integer, AMaskedHashIsAnIndexIntoItsTable) {
  Integer hash = apply(Op::lshr, apply(Op::mul, kAny, number(0x9e3779b97f4a7c15)), number(60));
  EXPECT_EQ(hash.range, (Interval{0, 15}));
  Integer offset = apply(Op::mul, apply(Op::and_, apply(Op::ashr, kAny, number(3)), number(15)), number(8));
  EXPECT_EQ(offset.range, (Interval{0, 120}));
  EXPECT_EQ(offset.congruence, (Congruence{8, 0}));
}

TEST(Integer, AMultipleStaysAMultipleEvenIfItMayWrap) {
  Integer eight = apply(Op::mul, kAny, number(8));
  EXPECT_EQ(eight.congruence, (Congruence{8, 0}));
  EXPECT_EQ(apply(Op::add, eight, number(3)).congruence, (Congruence{8, 3}));
  EXPECT_TRUE(never(apply(Op::eq, apply(Op::add, eight, number(3)), number(16))));
  EXPECT_EQ(apply(Op::mul, between(0, 100), number(6)).congruence, (Congruence{6, 0}));
  EXPECT_EQ(apply(Op::mul, kAny, number(6)).congruence, (Congruence{2, 0}));  // only what divides 2^64 survives
}

TEST(Integer, AnOddWordIsNotZeroSoItMayDivide) {
  EXPECT_TRUE(never(apply(Op::eq, apply(Op::or_, kAny, number(1)), number(0))));
  EXPECT_TRUE(never(apply(Op::eq, apply(Op::add, apply(Op::shl, kAny, number(1)), number(1)), number(0))));
  EXPECT_FALSE(never(apply(Op::eq, apply(Op::or_, kAny, number(0)), number(0))));
}

TEST(Integer, ARemainderLiesBelowItsDivisor) {
  EXPECT_EQ(apply(Op::urem, kAny, number(10)).range, (Interval{0, 9}));
  EXPECT_EQ(apply(Op::srem, between(0, 1000), number(10)).range, (Interval{0, 9}));
  EXPECT_EQ(apply(Op::srem, kAny, number(10)).range, (Interval{-9, 9}));
  EXPECT_EQ(apply(Op::urem, kAny, number(16)).range, (Interval{0, 15}));
}

TEST(Integer, BothReadingsCarryRangesAcrossTheirEnds) {
  Integer high = apply(Op::add, between(100, 127, 8), number(10, 8));  // wraps as a signed byte, not as an unsigned one
  EXPECT_EQ(high.unsigned_range, (UnsignedRange{110, lower::wrap(137, 8)}));
  EXPECT_TRUE(always(apply(Op::ult, number(100, 8), high)));
  Integer back = apply(Op::sub, high, number(10, 8));
  EXPECT_EQ(back.range, (Interval{100, 127}));
  Integer around = apply(Op::sub, between(0, 5, 8), number(3, 8));  // wraps as an unsigned byte, not as a signed one
  EXPECT_EQ(around.range, (Interval{-3, 2}));
}

TEST(Integer, XorOfBoundedWordsIsBounded) {
  EXPECT_EQ(apply(Op::xor_, between(0, 9), between(0, 3)).range, (Interval{0, 15}));
  EXPECT_EQ(apply(Op::xor_, between(8, 9), between(0, 3)).range, (Interval{8, 11}));
}

TEST(Integer, StridesTightenBounds) {
  Integer value = *meet(between(1, 30), apply(Op::mul, kAny, number(8)));
  EXPECT_EQ(value.range, (Interval{8, 24}));
  EXPECT_EQ(*meet(value, Interval{9, 20}), number(16));
  EXPECT_FALSE(meet(value, Interval{9, 15}));
}

TEST(Integer, CountsOfBitsBoundTheWord) {
  auto counted = refine(Op::ctlz, between(56, 64), {kAny, kAny, kAny}, false);
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->a.range, (Interval{0, 255}));
  auto trailing = refine(Op::cttz, between(3, 64), {kAny, kAny, kAny}, false);
  ASSERT_TRUE(trailing);
  EXPECT_EQ(trailing->a.congruence, (Congruence{8, 0}));
}

// ---- facts ------------------------------------------------------------------------------------------------------------

/// Facts over two numbers x (any) and y (0 to 1000).
class FactsOfWords : public ::testing::Test {
 protected:
  FactsOfWords() : ranges(pool, program) {
    program.inputs.push_back({"x", lower::smallest(64), lower::largest(64)});
    program.inputs.push_back({"y", 0, 1000});
    x = pool.input(0, 64), y = pool.input(1, 64);
  }
  TermId constant(Word value) { return pool.constant(value, 64); }
  TermId make(Op op, TermId a, TermId b) { return pool.make(op, lower::is_predicate(op) ? 1 : 64, a, b); }

  lower::Program program;
  TermPool pool;
  Ranges ranges;
  Facts facts;
  TermId x = 0, y = 0;
};

TEST_F(FactsOfWords, AnAssumedRemainderMakesAMultiple) {
  ASSERT_TRUE(assume(facts, make(Op::eq, make(Op::srem, y, constant(8)), constant(0)), true, pool, ranges));
  EXPECT_EQ(facts.value(y, ranges).congruence, (Congruence{8, 0}));
  EXPECT_TRUE(never(evaluate_deep_value(facts, make(Op::eq, y, constant(12)), pool, ranges)));
}

TEST_F(FactsOfWords, AnAssumedMaskKnowsItsBits) {
  ASSERT_TRUE(assume(facts, make(Op::eq, make(Op::and_, x, constant(3)), constant(2)), true, pool, ranges));
  EXPECT_EQ(facts.value(x, ranges).congruence, (Congruence{4, 2}));
  EXPECT_FALSE(assume(facts, make(Op::eq, x, constant(9)), true, pool, ranges));
}

TEST_F(FactsOfWords, AnUnsignedBoundIsASignedRange) {
  ASSERT_TRUE(assume(facts, make(Op::ult, x, constant(16)), true, pool, ranges));
  EXPECT_EQ(facts.range(x, ranges), (Interval{0, 15}));
}

TEST_F(FactsOfWords, AnExcludedOverflowBoundsItsOperand) {
  ASSERT_TRUE(assume(facts, make(Op::sadd_overflows, x, constant(1)), false, pool, ranges));
  EXPECT_EQ(facts.range(x, ranges).hi, lower::largest(64) - 1);
  EXPECT_EQ(facts.range(x, ranges).lo, lower::smallest(64));
}

TEST_F(FactsOfWords, AChoiceCountsEachSideWithItsCondition) {
  TermId least = pool.make(Op::select, 64, make(Op::slt, y, constant(9)), y, constant(9));
  EXPECT_EQ(evaluate_once(facts, least, pool, ranges).range, (Interval{0, 9}));
}

TEST_F(FactsOfWords, JoiningForgetsWhatOneSideDoesNotKnow) {
  Facts small = facts, large = facts;
  ASSERT_TRUE(small.restrict_to(x, Interval{0, 3}, ranges) && large.restrict_to(x, Interval{8, 11}, ranges));
  ASSERT_TRUE(small.restrict_to(y, Interval{5, 5}, ranges));
  Facts both = small;
  both.join(large, ranges);
  EXPECT_EQ(both.range(x, ranges), (Interval{0, 11}));
  EXPECT_EQ(both.value(x, ranges).bits.zeros & 4, 4);  // neither 4..7 nor 12..15
  EXPECT_EQ(both.range(y, ranges), (Interval{0, 1000}));
}

TEST_F(FactsOfWords, WideningPausesAtThresholdsAndNarrowingComesBackFromTheEnd) {
  const std::vector<Word> thresholds{0, 64};
  Facts now = facts, next = facts;
  ASSERT_TRUE(now.restrict_to(x, Interval{0, 1}, ranges) && next.restrict_to(x, Interval{0, 2}, ranges));
  now.widen(next, thresholds, ranges);
  EXPECT_EQ(now.range(x, ranges), (Interval{0, 64}));
  Facts beyond = facts, seen = facts;
  ASSERT_TRUE(beyond.restrict_to(x, Interval{0, 65}, ranges) && seen.restrict_to(x, Interval{0, 99}, ranges));
  now.widen(beyond, thresholds, ranges);
  EXPECT_EQ(now.range(x, ranges), (Interval{0, lower::largest(64)}));
  now.narrow(seen, ranges);
  EXPECT_EQ(now.range(x, ranges), (Interval{0, 99}));
}

}  // namespace
}  // namespace assay::verify::domains
