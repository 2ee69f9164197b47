#include "verify/domains/interval.h"

#include <algorithm>
#include <array>
#include <bit>

namespace assay::verify::domains {
namespace {

using lower::bits_of;
using lower::largest;
using lower::smallest;
using lower::UnsignedWord;

constexpr Interval kBit{0, 1};

/// The exact bounds if they fit the width, else everything (`exact`: the part that fits, when any does).
Interval fit(Word lo, Word hi, bool left, unsigned width, bool exact) {
  Interval full = whole(width);
  if (left) return full;
  Interval computed{lo, hi};
  if (computed.within(full)) return computed;
  return exact ? meet(computed, full).value_or(full) : full;
}

/// Sum and difference are monotone in each operand: the corners bound them.
Interval add(const Interval& a, const Interval& b, unsigned width, bool exact) {
  Word lo = 0, hi = 0;
  bool left = __builtin_add_overflow(a.lo, b.lo, &lo);
  left = __builtin_add_overflow(a.hi, b.hi, &hi) || left;
  return fit(lo, hi, left, width, exact);
}

Interval sub(const Interval& a, const Interval& b, unsigned width, bool exact) {
  Word lo = 0, hi = 0;
  bool left = __builtin_sub_overflow(a.lo, b.hi, &lo);
  left = __builtin_sub_overflow(a.hi, b.lo, &hi) || left;
  return fit(lo, hi, left, width, exact);
}

/// A bilinear function takes its extremes at corners.
Interval mul(const Interval& a, const Interval& b, unsigned width, bool exact) {
  std::array<Word, 4> corner{};
  bool left = __builtin_mul_overflow(a.lo, b.lo, &corner[0]);
  left = __builtin_mul_overflow(a.lo, b.hi, &corner[1]) || left;
  left = __builtin_mul_overflow(a.hi, b.lo, &corner[2]) || left;
  left = __builtin_mul_overflow(a.hi, b.hi, &corner[3]) || left;
  auto [lo, hi] = std::minmax_element(corner.begin(), corner.end());
  return fit(*lo, *hi, left, width, exact);
}

/// Over divisors of one sign the quotient, truncated towards zero, is monotone in each operand: corners again.
Interval divide_by_one_sign(const Interval& a, const Interval& b, unsigned width) {
  if (a.lo == smallest(width) && b.contains(-1)) return whole(width);  // the overflowing case is undefined, its neighbours are not
  std::array<Word, 4> corner{a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi};
  auto [lo, hi] = std::minmax_element(corner.begin(), corner.end());
  return {*lo, *hi};
}

Interval sdiv(const Interval& a, const Interval& b, unsigned width) {
  std::optional<Interval> negative = meet(b, {smallest(width), -1}), positive = meet(b, {1, largest(width)});
  if (negative && positive) return hull(divide_by_one_sign(a, *negative, width), divide_by_one_sign(a, *positive, width));
  if (negative) return divide_by_one_sign(a, *negative, width);
  return positive ? divide_by_one_sign(a, *positive, width) : whole(width);
}

/// |a rem b| < |b|, |a rem b| <= |a|, and it has the sign of a.
Interval srem(const Interval& a, const Interval& b, unsigned width) {
  if (b.lo == smallest(128) || a.lo == smallest(128)) return whole(width);  // no magnitude
  Word most = std::max(b.hi < 0 ? -b.hi : b.hi, b.lo < 0 ? -b.lo : b.lo) - 1;
  if (most < 0) return whole(width);
  Word least_divisor = b.lo > 0 ? b.lo : b.hi < 0 ? -b.hi : 0;
  if (a.lo >= 0 && a.hi < least_divisor) return a;
  return {a.lo < 0 ? -std::min(most, -a.lo) : 0, a.hi > 0 ? std::min(most, a.hi) : 0};
}

/// Non-negative operands read the same signed and unsigned; anything else is given up.
Interval unsigned_division(Op op, const Interval& a, const Interval& b, unsigned width) {
  if (a.lo < 0 || b.lo < 0 || b.hi == 0) return whole(width);
  Interval divisor{std::max<Word>(b.lo, 1), b.hi};
  return op == Op::udiv ? Interval{a.lo / divisor.hi, a.hi / divisor.lo} : srem(a, divisor, width);
}

/// The shift amount, cut to the defined ones.
std::optional<Interval> amount(const Interval& b, unsigned width) { return meet(b, {0, static_cast<Word>(width) - 1}); }

Interval shl(const Interval& a, const Interval& b, unsigned width) {
  auto n = amount(b, width);
  if (!n || n->hi >= 120) return whole(width);
  return mul(a, {Word{1} << static_cast<int>(n->lo), Word{1} << static_cast<int>(n->hi)}, width, false);
}

/// a >> n is monotone in a; in n it moves towards zero (or -1): corners.
Interval ashr(const Interval& a, const Interval& b, unsigned width) {
  auto n = amount(b, width);
  if (!n) return whole(width);
  int least = static_cast<int>(n->lo), most = static_cast<int>(n->hi);
  return {std::min(a.lo >> least, a.lo >> most), std::max(a.hi >> least, a.hi >> most)};
}

Interval lshr(const Interval& a, const Interval& b, unsigned width) {
  if (a.lo >= 0) return ashr(a, b, width);
  auto n = amount(b, width);
  if (!n || n->lo == 0) return whole(width);
  return {0, static_cast<Word>(bits_of(-1, width) >> static_cast<int>(n->lo))};
}

/// Least 2^k - 1 that is not below the value.
Word all_ones_above(Word value) {
  UnsignedWord mask = static_cast<UnsignedWord>(value);
  for (int step = 1; step < 128; step *= 2) mask |= mask >> step;
  return static_cast<Word>(mask);
}

/// x & y is at most each non-negative operand, and non-negative if one is.
Interval and_(const Interval& a, const Interval& b, unsigned width) {
  if (a.lo >= 0 && b.lo >= 0) return {0, std::min(a.hi, b.hi)};
  if (a.lo >= 0) return {0, a.hi};
  if (b.lo >= 0) return {0, b.hi};
  return whole(width);
}

/// For non-negative operands neither sets a bit above the highest of both; or is at least each operand.
Interval or_xor(Op op, const Interval& a, const Interval& b, unsigned width) {
  if (a.lo < 0 || b.lo < 0) return whole(width);
  return {op == Op::or_ ? std::max(a.lo, b.lo) : 0, all_ones_above(std::max(a.hi, b.hi))};
}

Interval bits(Op op, const Interval& a, const Interval& b, unsigned width) {
  if (a.single() && b.single()) {
    Word value = *lower::evaluate(op, width, width, a.lo, b.lo);
    return {value, value};
  }
  return op == Op::and_ ? and_(a, b, width) : or_xor(op, a, b, width);
}

/// Counts of leading zeros fall as a non-negative value grows.
Interval count(Op op, unsigned width, const Interval& a) {
  if (a.single()) {
    Word value = *lower::evaluate(op, width, width, a.lo);
    return {value, value};
  }
  if (op == Op::ctlz && a.lo >= 0) return {*lower::evaluate(op, width, width, a.hi), *lower::evaluate(op, width, width, a.lo)};
  return {0, static_cast<Word>(width)};
}

Interval extend(Op op, unsigned width, unsigned from, const Interval& a) {
  if (op == Op::sext) return from == 1 ? Interval{-a.hi, -a.lo} : a;
  if (a.lo >= 0) return a;  // also every value of width 1
  return from < 127 ? Interval{0, (Word{1} << from) - 1} : whole(width);
}

/// A comparison is known when the intervals do not overlap the wrong way.
Interval compare(Op op, const Interval& a, const Interval& b) {
  if (op == Op::eq) {
    if (a.single() && b.single() && a.lo == b.lo) return {1, 1};
    return meet(a, b) ? kBit : Interval{0, 0};
  }
  if (op == Op::ult) {
    bool small_a = a.lo >= 0, small_b = b.lo >= 0;  // negative canonical values are the large unsigned ones
    if (small_a && b.hi < 0) return {1, 1};
    if (a.hi < 0 && small_b) return {0, 0};
    if (!((small_a && small_b) || (a.hi < 0 && b.hi < 0))) return kBit;
  }
  if (a.hi < b.lo) return {1, 1};
  return a.lo >= b.hi ? Interval{0, 0} : kBit;
}

/// Overflow is impossible if the exact corners fit, certain if none can.
Interval signed_overflow(Op op, unsigned width, const Interval& a, const Interval& b) {
  if (a.single() && b.single()) {
    Word value = *lower::evaluate(op, 1, width, a.lo, b.lo);
    return {value, value};
  }
  if (width >= 127) {  // corners may leave 128 bits: test each one
    for (Word x : {a.lo, a.hi})
      for (Word y : {b.lo, b.hi})
        if (*lower::evaluate(op, 1, width, x, y) != 0) return kBit;
    return {0, 0};
  }
  Interval exact = op == Op::sadd_overflows   ? add(a, b, 128, false)
                   : op == Op::ssub_overflows ? sub(a, b, 128, false)
                                              : mul(a, b, 128, false);
  if (exact.within(whole(width))) return {0, 0};
  return meet(exact, whole(width)) ? kBit : Interval{1, 1};
}

/// Non-negative operands only: the unsigned reading is the canonical one.
Interval unsigned_overflow(Op op, unsigned width, const Interval& a, const Interval& b) {
  if (a.lo < 0 || b.lo < 0 || width > 64) return kBit;
  if (op == Op::usub_overflows) return compare(Op::slt, a, b);
  Interval exact = op == Op::uadd_overflows ? add(a, b, 128, false) : mul(a, b, 128, false);
  return exact.hi <= static_cast<Word>(bits_of(-1, width)) ? Interval{0, 0} : kBit;
}

Interval nonzero(const Interval& a) {
  if (a.lo == 0 && a.hi > 0) return {1, a.hi};
  return a.hi == 0 && a.lo < 0 ? Interval{a.lo, -1} : a;
}

}  // namespace

Interval whole(unsigned width) { return {smallest(width), largest(width)}; }
Interval hull(const Interval& a, const Interval& b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }

std::optional<Interval> meet(const Interval& a, const Interval& b) {
  Interval both{std::max(a.lo, b.lo), std::min(a.hi, b.hi)};
  if (both.lo > both.hi) return std::nullopt;
  return both;
}

/// Each bound can move once per threshold and once more: finitely often.
Interval widen(const Interval& a, const Interval& b, std::span<const Word> thresholds, unsigned width) {
  Interval out = a;
  if (b.lo < a.lo) {
    auto above = std::upper_bound(thresholds.begin(), thresholds.end(), b.lo);
    out.lo = above == thresholds.begin() ? smallest(width) : std::max(smallest(width), above[-1]);
  }
  if (b.hi > a.hi) {
    auto next = std::lower_bound(thresholds.begin(), thresholds.end(), b.hi);
    out.hi = next == thresholds.end() ? largest(width) : std::min(largest(width), *next);
  }
  return out;
}

Interval narrow(const Interval& a, const Interval& b, unsigned width) {
  return {a.lo == smallest(width) ? b.lo : a.lo, a.hi == largest(width) ? b.hi : a.hi};
}

Interval transfer(Op op, unsigned width, unsigned operand_width, const Interval& a, const Interval& b, const Interval& c,
                  bool exact) {
  switch (op) {
    case Op::add: return add(a, b, width, exact);
    case Op::sub: return sub(a, b, width, exact);
    case Op::mul: return mul(a, b, width, exact);
    case Op::sdiv: return sdiv(a, nonzero(b), width);
    case Op::srem: return srem(a, nonzero(b), width);
    case Op::udiv: case Op::urem: return unsigned_division(op, a, b, width);
    case Op::shl: return shl(a, b, width);
    case Op::lshr: return lshr(a, b, width);
    case Op::ashr: return ashr(a, b, width);
    case Op::and_: case Op::or_: case Op::xor_: return bits(op, a, b, width);
    case Op::eq: case Op::slt: case Op::ult: return compare(op, a, b);
    case Op::select: return a.single() ? (a.lo != 0 ? b : c) : hull(b, c);
    case Op::zext: case Op::sext: return extend(op, width, operand_width, a);
    case Op::trunc: return width > 1 && a.within(whole(width)) ? a : width == 1 && a.within(kBit) ? a : whole(width);
    case Op::ctlz: case Op::cttz: case Op::ctpop: return count(op, width, a);
    case Op::sadd_overflows: case Op::ssub_overflows: case Op::smul_overflows:
      return signed_overflow(op, operand_width, a, b);
    case Op::uadd_overflows: case Op::usub_overflows: case Op::umul_overflows:
      return unsigned_overflow(op, operand_width, a, b);
    default: return whole(width);  // doubles
  }
}

namespace {

Refined refine_less(const Interval& a, const Interval& b) {
  Refined out;
  if (b.hi > smallest(128)) out.a = meet(a, {smallest(128), b.hi - 1});
  if (a.lo < largest(128)) out.b = meet(b, {a.lo + 1, largest(128)});
  return out;
}

Refined refine_not_less(const Interval& a, const Interval& b) {
  return {meet(a, {b.lo, largest(128)}), meet(b, {smallest(128), a.hi})};
}

std::optional<Interval> without(const Interval& a, Word value) {
  Interval left = a;
  if (left.single() && left.lo == value) return std::nullopt;
  if (left.lo == value) ++left.lo;
  if (left.hi == value) --left.hi;
  return left;
}

/// x <u y with y non-negative puts x in [0, y); otherwise only same-sign operands say something.
Refined refine_unsigned(const Interval& a, const Interval& b, bool truth) {
  if (truth && b.lo >= 0) {
    auto small = meet(a, {0, largest(128)});
    return small ? refine_less(*small, b) : Refined{};
  }
  if (!truth && a.lo >= 0) {  // y <=u x with x non-negative puts y in [0, x]
    auto small = meet(b, {0, largest(128)});
    return small ? refine_not_less(a, *small) : Refined{};
  }
  if ((a.lo >= 0 && b.lo >= 0) || (a.hi < 0 && b.hi < 0)) return truth ? refine_less(a, b) : refine_not_less(a, b);
  return {a, b};
}

}  // namespace

Refined refine(Op op, const Interval& a, const Interval& b, bool truth) {
  if (op == Op::ult) return refine_unsigned(a, b, truth);
  if (op == Op::slt) return truth ? refine_less(a, b) : refine_not_less(a, b);
  if (truth) return {meet(a, b), meet(a, b)};
  Refined out{a, b};
  if (b.single()) out.a = without(a, b.lo);
  if (a.single()) out.b = without(b, a.lo);
  return out;
}

}  // namespace assay::verify::domains
