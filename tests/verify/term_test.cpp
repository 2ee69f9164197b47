// Terms: what simplification may and may not take for one and the same.

#include "verify/lower/term.h"

#include <gtest/gtest.h>

namespace assay::verify::lower {
namespace {

/// For all of 4 bits wherever the quotient has a value; so wrapping does no harm.
TEST(Terms, ANumberWithoutQuotientTimesDivisorIsTheRemainder) {
  for (const auto [divide, remain] : {std::pair{Op::sdiv, Op::srem}, {Op::udiv, Op::urem}}) {
    TermPool pool;
    const TermId a = pool.input(0, 4), b = pool.input(1, 4), quotient = pool.make(divide, 4, a, b);
    EXPECT_EQ(pool.make(Op::sub, 4, a, pool.make(Op::mul, 4, quotient, b)), pool.make(remain, 4, a, b));
    EXPECT_EQ(pool.make(Op::sub, 4, a, pool.make(Op::mul, 4, b, quotient)), pool.make(remain, 4, a, b));
    for (Word x = -8; x <= 7; ++x)
      for (Word y = -8; y <= 7; ++y) {
        const auto by = evaluate(divide, 4, 4, x, y);
        ASSERT_EQ(by.has_value(), evaluate(remain, 4, 4, x, y).has_value());
        if (by) EXPECT_EQ(*evaluate(Op::sub, 4, 4, x, *evaluate(Op::mul, 4, 4, *by, y)), *evaluate(remain, 4, 4, x, y)) << int(x) << " " << int(y);
      }
  }
}

TEST(Terms, OtherDifferencesStay) {
  TermPool pool;
  const TermId a = pool.input(0, 4), b = pool.input(1, 4), c = pool.input(2, 4);
  const auto without = [&](TermId from, TermId x, TermId y, TermId times) {
    return pool[pool.make(Op::sub, 4, from, pool.make(Op::mul, 4, pool.make(Op::sdiv, 4, x, y), times))].op;
  };
  EXPECT_EQ(without(a, a, b, b), Op::srem);
  EXPECT_EQ(without(c, a, b, b), Op::sub);  // of another number
  EXPECT_EQ(without(a, c, b, b), Op::sub);
  EXPECT_EQ(without(a, a, b, c), Op::sub);  // times another
  EXPECT_EQ(without(a, a, c, b), Op::sub);
}

}  // namespace
}  // namespace assay::verify::lower
