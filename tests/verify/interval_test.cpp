// Every transformer against the concrete meaning, exhaustively: all pairs of intervals at 4 bits, all their members.

#include <gtest/gtest.h>

#include "verify/domains/interval.h"

namespace assay::verify::domains {
namespace {

using lower::evaluate;

constexpr unsigned kWidth = 4;
constexpr Interval kNothing{0, 0};

std::vector<Interval> all_intervals(unsigned width) {
  std::vector<Interval> out;
  for (Word lo = lower::smallest(width); lo <= lower::largest(width); ++lo)
    for (Word hi = lo; hi <= lower::largest(width); ++hi) out.push_back({lo, hi});
  return out;
}

std::vector<Op> binary_operations() {
  std::vector<Op> out;
  for (int op = static_cast<int>(Op::add); op <= static_cast<int>(Op::ult); ++op) out.push_back(static_cast<Op>(op));
  for (int op = static_cast<int>(Op::sadd_overflows); op <= static_cast<int>(Op::umul_overflows); ++op) out.push_back(static_cast<Op>(op));
  return out;
}

unsigned result_width(Op op) { return lower::is_predicate(op) ? 1 : kWidth; }

TEST(Interval, EveryBinaryTransformerHoldsEveryConcreteResultAtFourBits) {
  auto intervals = all_intervals(kWidth);
  for (Op op : binary_operations()) {
    unsigned width = result_width(op);
    for (const Interval& a : intervals)
      for (const Interval& b : intervals) {
        Interval out = transfer(op, width, kWidth, a, b, kNothing, false);
        for (Word x = a.lo; x <= a.hi; ++x)
          for (Word y = b.lo; y <= b.hi; ++y) {
            auto concrete = evaluate(op, width, kWidth, x, y);
            if (concrete && !out.contains(*concrete))
              FAIL() << name_of(op) << " " << lower::text_of(x) << " " << lower::text_of(y) << " of [" << lower::text_of(a.lo) << ", "
                     << lower::text_of(a.hi) << "] [" << lower::text_of(b.lo) << ", " << lower::text_of(b.hi) << "]";
          }
      }
  }
}

TEST(Interval, AnExactTransformerHoldsEveryResultThatDoesNotWrap) {
  auto intervals = all_intervals(kWidth);
  for (Op op : {Op::add, Op::sub, Op::mul})
    for (const Interval& a : intervals)
      for (const Interval& b : intervals) {
        Interval out = transfer(op, kWidth, kWidth, a, b, kNothing, true);
        for (Word x = a.lo; x <= a.hi; ++x)
          for (Word y = b.lo; y <= b.hi; ++y)
            if (*evaluate(overflow_test(op), 1, kWidth, x, y) == 0) ASSERT_TRUE(out.contains(*evaluate(op, kWidth, kWidth, x, y)));
      }
}

TEST(Interval, EveryUnaryTransformerHoldsEveryConcreteResult) {
  struct Case {
    Op op;
    unsigned from, to;
  };
  for (auto [op, from, to] : {Case{Op::zext, 4, 8}, Case{Op::zext, 1, 4}, Case{Op::sext, 4, 8}, Case{Op::sext, 1, 4}, Case{Op::trunc, 8, 4},
                              Case{Op::trunc, 4, 1}, Case{Op::ctlz, 4, 4}, Case{Op::cttz, 4, 4}, Case{Op::ctpop, 4, 4}})
    for (const Interval& a : all_intervals(from)) {
      Interval out = transfer(op, to, from, a, kNothing, kNothing, false);
      for (Word x = a.lo; x <= a.hi; ++x) ASSERT_TRUE(out.contains(*evaluate(op, to, from, x))) << name_of(op) << " " << lower::text_of(x);
    }
}

TEST(Interval, AChoiceHoldsBothSidesUnlessTheConditionIsKnown) {
  Interval b{1, 2}, c{5, 6};
  EXPECT_EQ(transfer(Op::select, 4, 4, {0, 1}, b, c, false), (Interval{1, 6}));
  EXPECT_EQ(transfer(Op::select, 4, 4, {1, 1}, b, c, false), b);
  EXPECT_EQ(transfer(Op::select, 4, 4, {0, 0}, b, c, false), c);
}

TEST(Interval, RefiningByAComparisonLosesNoPairThatSatisfiesIt) {
  auto intervals = all_intervals(kWidth);
  for (Op op : {Op::eq, Op::slt, Op::ult})
    for (bool truth : {false, true})
      for (const Interval& a : intervals)
        for (const Interval& b : intervals) {
          Refined refined = refine(op, a, b, truth);
          for (Word x = a.lo; x <= a.hi; ++x)
            for (Word y = b.lo; y <= b.hi; ++y) {
              if ((*evaluate(op, 1, kWidth, x, y) != 0) != truth) continue;
              ASSERT_TRUE(refined.a && refined.a->contains(x)) << name_of(op) << truth;
              ASSERT_TRUE(refined.b && refined.b->contains(y)) << name_of(op) << truth;
            }
        }
}

TEST(Interval, JoinIsAnUpperBoundAndMeetKeepsWhatIsInBoth) {
  auto intervals = all_intervals(3);
  for (const Interval& a : intervals)
    for (const Interval& b : intervals) {
      EXPECT_TRUE(a.within(hull(a, b)) && b.within(hull(a, b)));
      auto both = meet(a, b);
      for (Word x = lower::smallest(3); x <= lower::largest(3); ++x)
        EXPECT_EQ(both && both->contains(x), a.contains(x) && b.contains(x));
    }
}

TEST(Interval, BoundsAtTheEndsOf128BitsDoNotWrap) {
  Interval top{lower::largest(128) - 1, lower::largest(128)}, bottom{lower::smallest(128), lower::smallest(128) + 1};
  EXPECT_EQ(transfer(Op::add, 128, 128, top, top, kNothing, false), whole(128));
  EXPECT_EQ(transfer(Op::mul, 128, 128, top, bottom, kNothing, false), whole(128));
  EXPECT_EQ(transfer(Op::sadd_overflows, 1, 128, top, top, kNothing, false), (Interval{0, 1}));
  EXPECT_EQ(transfer(Op::sdiv, 128, 128, bottom, {-1, 1}, kNothing, false), whole(128));
}

}  // namespace
}  // namespace assay::verify::domains
