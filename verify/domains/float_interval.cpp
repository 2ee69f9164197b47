#include "verify/domains/float_interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace assay::verify::domains {
namespace {

constexpr Interval kOnlyNaN{kInfinityKey + 1, kNaNKey};
constexpr double kInf = std::numeric_limits<double>::infinity();

double number_at(Word key) { return lower::double_of(bits_of_key(key)); }
Word key_of_number(double value) { return order_key(lower::word_of(value)); }

/// An interval as its numbers and whether NaN is among its members.
struct Doubles {
  bool has_numbers = false, has_nan = false;
  Word lo = 0, hi = 0;  ///< keys of the numbers

  explicit Doubles(const Interval& keys)
      : has_numbers(keys.lo <= kInfinityKey), has_nan(keys.hi > kInfinityKey), lo(std::max(keys.lo, -kInfinityKey)),
        hi(std::clamp(keys.hi, -kInfinityKey, kInfinityKey)) {}

  double low() const { return number_at(lo); }
  double high() const { return number_at(hi); }
  bool has_zero() const { return has_numbers && lo <= 0 && 0 <= hi; }
  bool has_infinity() const { return has_numbers && (lo == -kInfinityKey || hi == kInfinityKey); }
  bool single() const { return has_numbers && !has_nan && lo == hi; }
};

Interval with_nan(const Interval& numbers, bool has_nan) { return {numbers.lo, has_nan ? kNaNKey : numbers.hi}; }

/// x + y is monotone in both. NaN comes from opposite infinities alone.
Interval add(const Doubles& a, const Doubles& b) {
  bool opposite = (a.lo == -kInfinityKey && b.hi == kInfinityKey) || (a.hi == kInfinityKey && b.lo == -kInfinityKey);
  if (opposite) return kAllDoubles;
  return {key_of_number(a.low() + b.low()), key_of_number(a.high() + b.high())};
}

/// `op` is monotone in each operand wherever the other one stays, so its extremes are at corners. Requires: no NaN there.
template <class Operation>
Interval corners(const Doubles& a, const Doubles& b, Operation op) {
  std::array<double, 4> all{op(a.low(), b.low()), op(a.low(), b.high()), op(a.high(), b.low()), op(a.high(), b.high())};
  auto [least, most] = std::minmax_element(all.begin(), all.end());
  return {key_of_number(*least), key_of_number(*most)};
}

/// NaN comes from zero times infinity alone.
Interval multiply(const Doubles& a, const Doubles& b) {
  if ((a.has_zero() && b.has_infinity()) || (a.has_infinity() && b.has_zero())) return kAllDoubles;
  return corners(a, b, [](double x, double y) { return x * y; });
}

/// A divisor that may be zero, of either sign, gives any infinity. Without one, x / y is monotone in x, and in y for every x.
Interval divide(const Doubles& a, const Doubles& b) {
  if ((a.has_zero() && b.has_zero()) || (a.has_infinity() && b.has_infinity())) return kAllDoubles;
  if (b.has_zero()) return kAllNumbers;
  return corners(a, b, [](double x, double y) { return x / y; });
}

Interval binary(Op op, const Interval& x, const Interval& y) {
  const Doubles a(x);
  Doubles b(y);
  const bool has_nan = a.has_nan || b.has_nan;
  if (!a.has_numbers || !b.has_numbers) return {kNaNKey, kNaNKey};
  if (op == Op::fadd) return with_nan(add(a, b), has_nan);
  if (op == Op::fmul) return with_nan(multiply(a, b), has_nan);
  if (op == Op::fdiv) return with_nan(divide(a, b), has_nan);
  std::swap(b.lo, b.hi);  // x - y = x + -y
  b.lo = -b.lo, b.hi = -b.hi;
  return with_nan(add(a, b), has_nan);
}

/// Negation mirrors the keys of numbers; NaN stays.
Interval negate(const Interval& keys) {
  const Doubles a(keys);
  return a.has_numbers ? with_nan({-a.hi, -a.lo}, a.has_nan) : keys;
}

Interval magnitude(const Interval& keys) {
  const Doubles a(keys);
  if (!a.has_numbers) return keys;
  const Word most = std::max(-a.lo, a.hi);
  const Word least = a.has_zero() ? 0 : std::max(a.lo, -a.hi);  // of one sign: the end that is nearer to zero
  return with_nan({least, most}, a.has_nan);
}

/// Whether it may hold, and whether it may fail. A comparison with NaN fails.
Interval compare(Op op, const Interval& x, const Interval& y) {
  const Doubles a(x), b(y);
  const bool both = a.has_numbers && b.has_numbers, any_nan = a.has_nan || b.has_nan;
  bool holds = false, fails = false;
  if (op == Op::flt) holds = both && a.lo < b.hi, fails = any_nan || a.hi >= b.lo;
  if (op == Op::fle) holds = both && a.lo <= b.hi, fails = any_nan || a.hi > b.lo;
  if (op == Op::feq) holds = both && a.lo <= b.hi && b.lo <= a.hi, fails = any_nan || !(a.single() && b.single() && a.lo == b.lo);
  if (op == Op::funordered) holds = any_nan, fails = both;
  return {fails ? 0 : 1, holds ? 1 : 0};
}

/// Truncation is monotone; only what fits the width is a result.
Interval to_int(unsigned width, const Interval& keys) {
  const Doubles a(keys);
  const Interval all = whole(width);
  const double end = std::ldexp(1.0, static_cast<int>(width) - 1);
  if (!a.has_numbers || std::trunc(a.high()) < -end || std::trunc(a.low()) >= end) return all;
  auto integer = [&](double value) {
    value = std::trunc(value);
    return value < -end ? all.lo : value >= end ? all.hi : static_cast<Word>(value);
  };
  return {integer(a.low()), integer(a.high())};
}

Interval from_int(const Interval& words) {
  return {key_of_number(static_cast<double>(words.lo)), key_of_number(static_cast<double>(words.hi))};
}

}  // namespace

Word order_key(Word bits) { return bits >= 0 ? std::min(bits, kNaNKey) : lower::smallest(64) - bits; }

Word bits_of_key(Word key) {
  key = std::clamp(key, -kInfinityKey, kNaNKey);
  if (key > kInfinityKey) return lower::kNaN;
  return key >= 0 ? key : lower::smallest(64) - key;
}

Interval keys_of_range(Word min, Word max) {
  return {order_key(min), min == lower::kMinusInfinity && max == lower::kInfinity ? kNaNKey : order_key(max)};
}

Interval float_transfer(Op op, unsigned width, const Interval& a, const Interval& b) {
  switch (op) {
    case Op::fadd: case Op::fsub: case Op::fmul: case Op::fdiv: return binary(op, a, b);
    case Op::fneg: return negate(a);
    case Op::fabs: return magnitude(a);
    case Op::feq: case Op::flt: case Op::fle: case Op::funordered: return compare(op, a, b);
    case Op::int_to_double: return from_int(a);
    case Op::double_to_int: return to_int(width, a);
    default: return whole(width);
  }
}

namespace {

/// NaN is the greatest key, so a lower bound may be raised for what may be NaN; an upper bound may not be lowered.
Refined refine_less(const Interval& a, const Interval& b, bool truth, Word gap) {
  const Doubles x(a), y(b);
  if (truth) return {meet(a, {-kInfinityKey, y.hi - gap}), meet(b, {x.lo + gap, kInfinityKey})};
  const Word other = 1 - gap;  // not x < y is y <= x, for numbers
  Refined out{a, b};
  const Interval below{-kInfinityKey, x.hi - other};
  if (!y.has_nan) out.a = meet(a, {y.lo + other, kNaNKey});
  if (!x.has_nan && !y.has_nan) out.b = meet(b, below);
  if (!x.has_nan && y.has_nan && y.lo > below.hi) out.b = meet(b, kOnlyNaN);  // none of its numbers is low enough
  return out;
}

/// A bound of the integers that round to `low` or more. Below 2^53 in magnitude an integer is its own double; from there on
/// many round to one, and rounding is monotone: what is below the next lower double rounds to that at most.
Word least_integer(double low) {
  if (std::fabs(low) < 0x1p53) return static_cast<Word>(std::ceil(low));
  const double below = std::nextafter(low, -kInf);
  if (std::fabs(below) < 0x1p100) return static_cast<Word>(below);
  return below < 0 ? -(Word{1} << 100) : Word{1} << 100;
}

std::optional<Interval> without(Interval keys, Word key) {
  if (keys.lo == key) ++keys.lo;
  if (keys.hi == key) --keys.hi;
  return keys.lo <= keys.hi ? std::optional(keys) : std::nullopt;
}

Refined refine_equal(const Interval& a, const Interval& b, bool truth) {
  if (truth) {
    auto both = meet(a, b);
    if (both) both = meet(*both, kAllNumbers);
    return {both, both};
  }
  const Doubles x(a), y(b);
  return {y.single() ? without(a, y.lo) : a, x.single() ? without(b, x.lo) : b};
}

Refined refine_unordered(const Interval& a, const Interval& b, bool truth) {
  if (!truth) return {meet(a, kAllNumbers), meet(b, kAllNumbers)};
  return {Doubles(b).has_nan ? a : meet(a, kOnlyNaN), Doubles(a).has_nan ? b : meet(b, kOnlyNaN)};
}

}  // namespace

Refined float_refine(Op op, const Interval& a, const Interval& b, bool truth) {
  auto within = [](const Interval& keys) { return meet(keys, kAllDoubles); };
  auto x = within(a), y = within(b);
  if (!x || !y) return {std::nullopt, std::nullopt};
  if (op == Op::feq) return refine_equal(*x, *y, truth);
  if (op == Op::funordered) return refine_unordered(*x, *y, truth);
  if (truth && (!Doubles(*x).has_numbers || !Doubles(*y).has_numbers)) return {std::nullopt, std::nullopt};
  return refine_less(*x, *y, truth, op == Op::flt ? 1 : 0);
}

std::optional<Interval> float_operand(Op op, const Interval& result, const Interval& a) {
  const Doubles r(result);
  switch (op) {
    case Op::fneg: return meet(a, negate(result));
    case Op::fabs: return r.has_numbers ? meet(a, with_nan({-r.hi, r.hi}, r.has_nan)) : meet(a, kOnlyNaN);
    case Op::int_to_double:
      if (!r.has_numbers) return std::nullopt;
      return meet(a, {least_integer(r.low()), -least_integer(-r.high())});
    case Op::double_to_int: {
      // Truncation moves by less than one: x lies between result.lo - 1 and result.hi + 1, rounded outwards.
      const double low = std::nextafter(static_cast<double>(result.lo - 1), -kInf), high = std::nextafter(static_cast<double>(result.hi + 1), kInf);
      return meet(a, {key_of_number(low), key_of_number(high)});
    }
    default: return a;
  }
}

}  // namespace assay::verify::domains
