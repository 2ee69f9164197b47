#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "policies/abi/assay.h"  // last, for the sake of `abs` (see there)

namespace maths = ::assay_abi;

namespace {

using Wide = __int128;

i64 saturated(Wide value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<i64>(value);
}

/// The ends of i64, powers of two and their neighbours, and some random values of every width.
std::vector<i64> edges() {
  std::vector<i64> values = {0, INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, 3037000499, 3037000500, 4294967296};
  for (int bit = 0; bit < 63; ++bit)
    for (i64 near : {-1, 0, 1})
      for (i64 sign : {-1, 1}) values.push_back(sign * ((i64{1} << bit) + near));
  std::mt19937_64 random(7);
  for (int i = 0; i < 64; ++i) values.push_back(static_cast<i64>(random()) >> (i % 64));
  return values;
}

TEST(Abi, MatchesAWideIntegerOracleAtTheEdges) {
  for (const i64 a : edges()) {
    for (const i64 b : edges()) {
      ASSERT_EQ(maths::min(a, b), a < b ? a : b);
      ASSERT_EQ(maths::max(a, b), a < b ? b : a);
      ASSERT_EQ(maths::sat_add(a, b), saturated(Wide{a} + b)) << a << " + " << b;
      ASSERT_EQ(maths::sat_sub(a, b), saturated(Wide{a} - b)) << a << " - " << b;
      ASSERT_EQ(maths::sat_mul(a, b), saturated(Wide{a} * b)) << a << " * " << b;
      ASSERT_EQ(maths::safe_div(a, b), b == 0 ? 0 : saturated(Wide{a} / b)) << a << " / " << b;
      ASSERT_EQ(maths::safe_mod(a, b), b == 0 ? 0 : static_cast<i64>(Wide{a} % b)) << a << " % " << b;
    }
    ASSERT_EQ(maths::abs(a), saturated(a < 0 ? -Wide{a} : Wide{a})) << a;
  }
}

TEST(Abi, ClampBringsAnythingIntoTheRangeAndTakesHighWhereThereIsNone) {
  EXPECT_EQ(maths::clamp(INT64_MIN, -3, 3), -3);
  EXPECT_EQ(maths::clamp(INT64_MAX, -3, 3), 3);
  EXPECT_EQ(maths::clamp(2, -3, 3), 2);
  EXPECT_EQ(maths::clamp(0, 5, 1), 1);
  EXPECT_EQ(maths::clamp(9, 5, 1), 1);
}

TEST(Abi, Log2FloorIsThePositionOfTheHighestBit) {
  for (const i64 value : edges()) {
    const i64 bits = maths::log2_floor(value);
    if (value < 1) {
      EXPECT_EQ(bits, 0);
      continue;
    }
    EXPECT_LE(Wide{1} << bits, value);
    EXPECT_GT(Wide{1} << (bits + 1), value);
  }
}

TEST(Abi, IsUsableInConstants) {
  static_assert(maths::clamp(maths::safe_div(7, 0), 1, 9) == 1);
  static_assert(maths::sat_mul(maths::kI64Min, -1) == maths::kI64Max);
  constexpr Array<i64, 3> kItems = {{4, 5, 6}};
  static_assert(kItems[2] == 6);
  static_assert(sizeof(Array<bool, 3>) == 3);
}

TEST(ArrayDeathTest, EndsTheProgramOutOfBounds) {
  Array<i64, 4> items = {};
  items[3] = 7;
  EXPECT_EQ(items[3], 7);
  EXPECT_DEATH(items[4] = 1, "");
  EXPECT_DEATH(items[-1] = 1, "");
  EXPECT_DEATH(items[INT64_MIN] = 1, "");
}

}  // namespace
