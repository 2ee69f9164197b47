#include "verify/domains/float_interval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace assay::verify::domains {
namespace {

using lower::kNaN;
using lower::word_of;

constexpr Op kBinary[] = {Op::fadd, Op::fsub, Op::fmul, Op::fdiv};
constexpr Op kUnary[] = {Op::fneg, Op::fabs};
constexpr Op kTests[] = {Op::feq, Op::flt, Op::fle, Op::funordered};

/// Where doubles change their ways, ascending.
const std::vector<Word>& special_keys() {
  static const std::vector<Word> keys = [] {
    std::vector<Word> out{0, kNaNKey};
    for (double value : {5e-324, 2.2250738585072009e-308, 2.2250738585072014e-308, 1e-200, 0.1, 0.5, 1.0, 1.0000000000000002, 1.5, 3.0, 1e9,
                         9007199254740992.0, 9223372036854774784.0, 9223372036854775808.0, 1e200, 8.9e307, 1.7976931348623157e308,
                         std::numeric_limits<double>::infinity()})
      for (double sign : {-1.0, 1.0}) out.push_back(order_key(word_of(sign * value)));
    std::ranges::sort(out);
    return out;
  }();
  return keys;
}

class Samples {
 public:
  Word key() {
    const auto& keys = special_keys();
    Word chosen = keys[random_() % keys.size()];
    if (random_() % 3 == 0) chosen += static_cast<Word>(random_() % 5) - 2;
    if (random_() % 4 == 0) chosen = static_cast<Word>(static_cast<std::int64_t>(random_()));
    return std::clamp(chosen, kAllDoubles.lo, kAllDoubles.hi);
  }

  Interval interval() {
    Word a = key(), b = random_() % 3 == 0 ? a + static_cast<Word>(random_() % 9) : key();
    b = std::clamp(b, kAllDoubles.lo, kAllDoubles.hi);
    return {std::min(a, b), std::max(a, b)};
  }

  /// Bits of a member; both zeros for the key 0. Only the one NaN is a double, though keys lie between it and infinity.
  Word member(const Interval& of) {
    Word key = pick(of);
    if (key > kInfinityKey) return of.hi >= kNaNKey ? kNaN : member({of.lo, std::max(of.lo, std::min(of.hi, kInfinityKey))});
    return key == 0 && random_() % 2 == 0 ? word_of(-0.0) : bits_of_key(key);
  }

  std::uint64_t next() { return random_(); }

 private:
  Word pick(const Interval& of) {
    switch (random_() % 5) {
      case 0: return of.lo;
      case 1: return of.hi;
      case 2: return std::clamp(key(), of.lo, of.hi);
      case 3: return std::clamp(of.hi - static_cast<Word>(random_() % 3), of.lo, of.hi);
      default: return of.lo + static_cast<Word>(random_() % static_cast<std::uint64_t>(of.hi - of.lo + 1));
    }
  }

  std::mt19937_64 random_{11};
};

/// Intervals whose upper end lies strictly between infinity and NaN hold no double there: bring them down.
Interval proper(Interval of) {
  if (of.hi > kInfinityKey) of.hi = kNaNKey;
  if (of.lo > kInfinityKey) of.lo = kNaNKey;
  return of;
}

std::string words(const Interval& of) { return lower::text_of_double(bits_of_key(of.lo)) + ".." + lower::text_of_double(bits_of_key(of.hi)); }

TEST(OrderKeys, CountTheDoublesFromBelow) {
  const auto& keys = special_keys();
  for (std::size_t i = 1; i < keys.size(); ++i) EXPECT_LT(keys[i - 1], keys[i]);
  ASSERT_EQ(keys.back(), kNaNKey);
  for (std::size_t i = 1; i + 1 < keys.size(); ++i)
    EXPECT_LT(lower::double_of(bits_of_key(keys[i - 1])), lower::double_of(bits_of_key(keys[i])));
  EXPECT_EQ(order_key(word_of(-0.0)), 0);
  EXPECT_EQ(order_key(word_of(0.0)), 0);
  EXPECT_EQ(order_key(word_of(5e-324)), 1);
  EXPECT_EQ(order_key(word_of(-5e-324)), -1);
  EXPECT_EQ(order_key(kNaN), kNaNKey);
  for (Word key : keys) EXPECT_EQ(order_key(bits_of_key(key)), key);
}

TEST(FloatIntervals, HoldEveryResult) {
  Samples samples;
  for (int round = 0; round < 12000; ++round) {
    const Interval a = proper(samples.interval()), b = proper(samples.interval());
    for (Op op : kBinary) {
      const Interval out = float_transfer(op, 64, a, b);
      for (int i = 0; i < 12; ++i) {
        const Word x = samples.member(a), y = samples.member(b);
        const Word result = *lower::evaluate(op, 64, 64, x, y);
        ASSERT_TRUE(out.contains(order_key(result)))
            << name_of(op) << " " << lower::text_of_double(x) << " " << lower::text_of_double(y) << " = "
            << lower::text_of_double(result) << " not in " << words(out) << ", from " << words(a) << " and " << words(b);
      }
    }
    for (Op op : kUnary) {
      const Interval out = float_transfer(op, 64, a, b);
      for (int i = 0; i < 4; ++i) ASSERT_TRUE(out.contains(order_key(*lower::evaluate(op, 64, 64, samples.member(a))))) << name_of(op) << words(a);
    }
    for (Op op : kTests) {
      const Interval out = float_transfer(op, 1, a, b);
      for (int i = 0; i < 8; ++i) {
        const Word x = samples.member(a), y = samples.member(b);
        ASSERT_TRUE(out.contains(*lower::evaluate(op, 1, 64, x, y))) << name_of(op) << words(a) << words(b);
      }
    }
  }
}

TEST(FloatIntervals, AreTheLeastAndTheGreatestResultThemselves) {
  Samples samples;
  int exact = 0;
  for (int round = 0; round < 4000; ++round) {
    const Interval a = proper(samples.interval()), b = proper(samples.interval());
    for (Op op : kBinary) {
      const Interval out = float_transfer(op, 64, a, b);
      if (out == kAllDoubles || out == kAllNumbers || out.hi == kNaNKey) continue;
      bool low = false, high = false;
      for (Word x : {a.lo, a.hi})
        for (Word y : {b.lo, b.hi}) {
          const Word key = order_key(*lower::evaluate(op, 64, 64, bits_of_key(x), bits_of_key(y)));
          low = low || key == out.lo, high = high || key == out.hi;
        }
      ASSERT_TRUE(low && high) << name_of(op) << words(a) << words(b) << words(out);
      ++exact;
    }
  }
  EXPECT_GT(exact, 3000);
}

TEST(FloatIntervals, HoldEveryConversion) {
  Samples samples;
  for (int round = 0; round < 30000; ++round) {
    const Interval keys = proper(samples.interval());
    const Interval whole_numbers = float_transfer(Op::double_to_int, 64, keys, keys);
    for (int i = 0; i < 4; ++i)
      if (auto result = lower::evaluate(Op::double_to_int, 64, 64, samples.member(keys))) {
        ASSERT_TRUE(whole_numbers.contains(*result)) << words(keys);
      }
    Word x = static_cast<std::int64_t>(samples.next() >> (samples.next() % 64)), y = static_cast<std::int64_t>(samples.next());
    if (samples.next() % 2 == 0) x = -x;
    const Interval integers{std::min(x, y), std::max(x, y)};
    const Interval doubles = float_transfer(Op::int_to_double, 64, integers, integers);
    for (Word member : {x, y, (x + y) / 2}) ASSERT_TRUE(doubles.contains(order_key(*lower::evaluate(Op::int_to_double, 64, 64, member))));
  }
}

TEST(FloatIntervals, KeepEveryPairThatPassesAComparison) {
  Samples samples;
  for (int round = 0; round < 12000; ++round) {
    const Interval a = proper(samples.interval()), b = proper(samples.interval());
    for (Op op : kTests)
      for (bool truth : {false, true}) {
        const Refined refined = float_refine(op, a, b, truth);
        for (int i = 0; i < 8; ++i) {
          const Word x = samples.member(a), y = samples.member(b);
          if ((*lower::evaluate(op, 1, 64, x, y) != 0) != truth) continue;
          ASSERT_TRUE(refined.a && refined.a->contains(order_key(x)) && refined.b && refined.b->contains(order_key(y)))
              << name_of(op) << truth << " " << lower::text_of_double(x) << " " << lower::text_of_double(y) << words(a) << words(b);
        }
      }
  }
}

TEST(FloatIntervals, KeepEveryOperandOfAResult) {
  Samples samples;
  for (int round = 0; round < 20000; ++round) {
    const Interval a = proper(samples.interval()), limit = proper(samples.interval());
    for (Op op : kUnary) {
      const auto kept = float_operand(op, limit, a);
      for (int i = 0; i < 4; ++i) {
        const Word x = samples.member(a);
        if (!limit.contains(order_key(*lower::evaluate(op, 64, 64, x)))) continue;
        ASSERT_TRUE(kept && kept->contains(order_key(x))) << name_of(op) << words(limit);
      }
    }
    Word x = static_cast<std::int64_t>(samples.next() >> (samples.next() % 64));
    if (samples.next() % 2 == 0) x = -x;
    const Word as_double = *lower::evaluate(Op::int_to_double, 64, 64, x);
    const Interval near = proper({order_key(as_double) - static_cast<Word>(samples.next() % 2), order_key(as_double) + static_cast<Word>(samples.next() % 3)});
    const auto integers = float_operand(Op::int_to_double, near, whole(64));
    ASSERT_TRUE(integers && integers->contains(x)) << lower::text_of(x) << words(near);
    const Word member = samples.member(a);
    if (auto result = lower::evaluate(Op::double_to_int, 64, 64, member)) {
      const auto kept = float_operand(Op::double_to_int, {*result - 1, *result}, a);
      ASSERT_TRUE(kept && kept->contains(order_key(member)));
    }
  }
}

TEST(FloatIntervals, KnowWhereNaNComesFrom) {
  auto of = [](double lo, double hi) { return Interval{order_key(word_of(lo)), order_key(word_of(hi))}; };
  constexpr double kInf = std::numeric_limits<double>::infinity();
  EXPECT_EQ(float_transfer(Op::fsub, 64, of(0, kInf), of(0, kInf)), kAllDoubles);
  EXPECT_EQ(float_transfer(Op::fmul, 64, of(0, 1), of(0, kInf)), kAllDoubles);
  EXPECT_EQ(float_transfer(Op::fdiv, 64, of(0, 1), of(-1, 1)), kAllDoubles);
  EXPECT_EQ(float_transfer(Op::fdiv, 64, of(1, 2), of(-1, 1)), kAllNumbers);
  EXPECT_EQ(float_transfer(Op::fdiv, 64, of(1, 2), of(4, 8)), of(0.125, 0.5));
  EXPECT_EQ(float_transfer(Op::fadd, 64, of(1, 2), {0, kNaNKey}).hi, kNaNKey);
  EXPECT_EQ(float_refine(Op::feq, of(1, 2), of(3, 4), true).a, std::nullopt);
  EXPECT_EQ(*float_refine(Op::fle, kAllDoubles, of(0, 0), true).a, of(-kInf, 0));
  EXPECT_EQ(float_refine(Op::fle, kAllDoubles, of(0, 0), false).a->hi, kNaNKey);
}

}  // namespace
}  // namespace assay::verify::domains
