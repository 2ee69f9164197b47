// Backwards: what a result says of the operands. Each rule names the equation that it solves.

#include <algorithm>

#include "verify/domains/float_interval.h"
#include "verify/domains/integer.h"

namespace assay::verify::domains {
namespace {

using lower::largest;
using lower::smallest;

/// Narrows the operands of one operation; every member function answers false when nothing is left.
class Refiner {
 public:
  Refiner(Op op, const Integer& result, Operands& at, bool exact) : op_(op), result_(result), at_(at), exact_(exact), width_(at.a.width) {}

  bool run() {
    if (lower::is_float(op_)) return of_doubles();
    switch (op_) {
      case Op::eq: case Op::slt: case Op::ult: return !result_.single() || comparison();
      case Op::and_: case Op::or_: case Op::xor_: return bitwise(at_.a, at_.b) && bitwise(at_.b, at_.a);
      case Op::add: return keep(at_.a, solve(Op::sub, result_, at_.b)) && keep(at_.b, solve(Op::sub, result_, at_.a));
      case Op::sub: return keep(at_.a, solve(Op::add, result_, at_.b)) && keep(at_.b, solve(Op::sub, at_.a, result_));
      case Op::mul: return !exact_ || (factor(at_.a, at_.b) && factor(at_.b, at_.a));
      case Op::sdiv: case Op::udiv: return dividend();
      case Op::srem: case Op::urem: return remainder();
      case Op::shl: case Op::lshr: case Op::ashr: return !at_.b.single() || shifted();
      case Op::zext: case Op::sext: return widened();
      case Op::trunc: return narrowed();
      case Op::select: return choice();
      case Op::ctlz: case Op::cttz: case Op::ctpop: return count();
      case Op::sadd_overflows: case Op::ssub_overflows: case Op::smul_overflows: return !is(0) || fits_signed();
      case Op::uadd_overflows: case Op::usub_overflows: case Op::umul_overflows: return fits_unsigned();
      default: return true;
    }
  }

 private:
  bool is(Word value) const { return result_.single() && result_.range.lo == value; }

  template <class Knowledge>
  bool keep(Integer& operand, const Knowledge& knowledge) {
    auto both = meet(operand, knowledge);
    if (both) operand = *both;
    return both.has_value();
  }
  bool keep(Integer& operand, const UnsignedRange& range) {
    Integer known = Integer::top(operand.width);
    known.unsigned_range = range;
    return keep(operand, known);
  }
  bool keep(Integer& operand, const KnownBits& bits) {
    Integer known = Integer::top(operand.width);
    known.bits = bits;
    return keep(operand, known);
  }
  bool keep(Integer& operand, const Congruence& congruence) {
    Integer known = Integer::top(operand.width);
    known.congruence = congruence;
    return keep(operand, known);
  }

  Integer solve(Op op, const Integer& a, const Integer& b) const { return transfer(op, width_, width_, a, b, b, exact_); }

  // ---- comparisons -------------------------------------------------------------------------------------------------

  bool comparison() {
    bool truth = result_.range.lo != 0;
    if (op_ == Op::ult) return truth ? less_unsigned(at_.a, at_.b) : not_less_unsigned(at_.a, at_.b);
    if (op_ == Op::eq && truth) return keep(at_.a, at_.b) && keep(at_.b, at_.a);
    if (op_ == Op::eq) return differ(at_.a, at_.b) && differ(at_.b, at_.a);
    Refined refined = domains::refine(op_, at_.a.range, at_.b.range, truth);
    return refined.a && refined.b && keep(at_.a, *refined.a) && keep(at_.b, *refined.b);
  }

  /// The operands' ranges are of order keys, and so is the result's where it is a double.
  bool of_doubles() {
    if (op_ >= Op::feq && op_ <= Op::funordered) {
      if (!result_.single()) return true;
      Refined refined = float_refine(op_, at_.a.range, at_.b.range, result_.range.lo != 0);
      return refined.a && refined.b && keep(at_.a, *refined.a) && keep(at_.b, *refined.b);
    }
    auto kept = float_operand(op_, result_.range, at_.a.range);
    return kept && keep(at_.a, *kept);
  }

  /// Not a known word: it goes where it is a bound.
  bool differ(Integer& operand, const Integer& other) {
    if (!other.single()) return true;
    Word word = other.range.lo;
    if (operand.single()) return operand.range.lo != word;
    Integer left = operand;
    if (left.range.lo == word) ++left.range.lo;
    if (left.range.hi == word) --left.range.hi;
    UnsignedRange& u = left.unsigned_range;
    if (u.single() && u.lo == word) return false;
    if (u.lo == word) u.lo = after(u.lo);
    if (u.hi == word) u.hi = before(u.hi);
    return keep(operand, left);
  }

  /// Neighbours by the unsigned reading. Requires: there is one.
  Word after(Word word) const { return lower::wrap(static_cast<UnsignedWord>(word) + 1, width_); }
  Word before(Word word) const { return lower::wrap(static_cast<UnsignedWord>(word) - 1, width_); }

  /// a < b: a is below the greatest b, b above the least a.
  bool less_unsigned(Integer& a, Integer& b) {
    const UnsignedRange all = UnsignedRange::top(width_);
    if (b.unsigned_range.hi == 0 || a.unsigned_range.lo == all.hi) return false;
    return keep(a, UnsignedRange{0, before(b.unsigned_range.hi)}) && keep(b, UnsignedRange{after(a.unsigned_range.lo), all.hi});
  }
  /// a >= b.
  bool not_less_unsigned(Integer& a, Integer& b) {
    return keep(a, UnsignedRange{b.unsigned_range.lo, UnsignedRange::top(width_).hi}) && keep(b, UnsignedRange{0, a.unsigned_range.hi});
  }

  // ---- bits --------------------------------------------------------------------------------------------------------

  /// Bit by bit: and is 1 only of ones, and 0 against a one only of a zero; or likewise; xor is undone by itself.
  bool bitwise(Integer& operand, const Integer& other) {
    const KnownBits &r = result_.bits, &o = other.bits;
    if (op_ == Op::and_) return keep(operand, KnownBits{r.zeros & o.ones, r.ones});
    if (op_ == Op::or_) return keep(operand, KnownBits{r.zeros, r.ones & o.zeros});
    return keep(operand, KnownBits{(r.zeros & o.zeros) | (r.ones & o.ones), (r.zeros & o.ones) | (r.ones & o.zeros)});
  }

  /// By a known number of places: the bits that stay visible come from their places in the operand.
  bool shifted() {
    Word places = at_.b.range.lo;
    if (places < 0 || places >= static_cast<Word>(width_)) return true;
    auto n = static_cast<unsigned>(places);
    auto moved = [&](Word mask) {
      UnsignedWord bits = lower::bits_of(mask, width_);
      return lower::wrap(op_ == Op::shl ? bits >> n : bits << n, width_);
    };
    return keep(at_.a, KnownBits{moved(result_.bits.zeros), moved(result_.bits.ones)}) && (op_ == Op::shl || unshifted(n));
  }

  /// a >> n = r exactly for the words from r << n to (r << n) + 2^n - 1.
  bool unshifted(unsigned n) {
    const auto dropped = static_cast<Word>((UnsignedWord{1} << n) - 1);
    auto first = [&](Word word) { return lower::wrap(static_cast<UnsignedWord>(word) << n, width_); };
    if (op_ == Op::ashr) {
      auto reached = meet(result_.range, Interval{smallest(width_) >> n, largest(width_) >> n});
      return reached && keep(at_.a, Interval{first(reached->lo), first(reached->hi) | dropped});
    }
    Word most = lower::wrap(lower::bits_of(-1, width_) >> n, width_);
    auto reached = meet(result_.unsigned_range, UnsignedRange{0, most});
    return reached && keep(at_.a, UnsignedRange{first(reached->lo), lower::wrap(static_cast<UnsignedWord>(first(reached->hi) | dropped), width_)});
  }

  /// The narrower word is the truncation of the wider one.
  bool widened() {
    const Integer none = Integer::of(0, 1);
    auto reached = meet(result_, transfer(op_, result_.width, width_, at_.a, none, none, false));
    return reached && keep(at_.a, transfer(Op::trunc, width_, result_.width, *reached, none, none, false));
  }

  /// The low bits are the same; where the operand fits one reading of the narrow width, it is the extension of the result.
  bool narrowed() {
    const unsigned to = result_.width;
    const Integer none = Integer::of(0, 1);
    if (!keep(at_.a, KnownBits{static_cast<Word>(lower::bits_of(result_.bits.zeros, to)), static_cast<Word>(lower::bits_of(result_.bits.ones, to))}))
      return false;
    if (to > 1 && at_.a.range.within(Interval::top(to))) return keep(at_.a, transfer(Op::sext, width_, to, result_, none, none, false));
    bool fits = lower::bits_of(at_.a.unsigned_range.hi, width_) >> to == 0;
    return !fits || keep(at_.a, transfer(Op::zext, width_, to, result_, none, none, false));
  }

  bool choice() {
    bool first = meet(at_.b, result_).has_value(), second = meet(at_.c, result_).has_value();
    if (!first && !keep(at_.a, Integer::of(0, 1))) return false;
    if (!second && !keep(at_.a, Integer::of(1, 1))) return false;
    if (!at_.a.single()) return true;
    return keep(at_.a.range.lo != 0 ? at_.b : at_.c, result_);
  }

  /// n leading zeros bound the word; n trailing zeros are known bits, and the next one is known, too.
  bool count() {
    const Interval n = result_.range;
    const auto full = static_cast<Word>(width_);
    if (width_ < 3 || n.hi < 0 || n.lo > full) return n.hi >= 0 || width_ < 3;
    if (op_ == Op::ctpop) return n.hi > 0 || keep(at_.a, Integer::of(0, width_));
    auto least = static_cast<unsigned>(std::max<Word>(n.lo, 0));
    if (op_ == Op::cttz) {
      if (!keep(at_.a, KnownBits{lower::wrap((least >= 128 ? 0 : UnsignedWord{1} << least) - 1, width_), 0})) return false;
      return !n.single() || n.lo >= full || keep(at_.a, KnownBits{0, lower::wrap(UnsignedWord{1} << least, width_)});
    }
    Word most = lower::wrap(least >= width_ ? 0 : lower::bits_of(-1, width_) >> least, width_);
    Word start = n.hi >= full ? 0 : lower::wrap(UnsignedWord{1} << (width_ - 1 - static_cast<unsigned>(n.hi)), width_);
    return keep(at_.a, UnsignedRange{0, most}) && keep(at_.a, UnsignedRange{start, UnsignedRange::top(width_).hi});
  }

  // ---- division ----------------------------------------------------------------------------------------------------

  /// a b = r over the integers with b never 0: a = r / b without a rest.
  bool factor(Integer& operand, const Integer& other) {
    return other.contains(0) || keep(operand, transfer(Op::sdiv, width_, width_, result_, other, other, false).range);
  }

  bool reads_signed() const { return op_ == Op::sdiv || op_ == Op::srem || (at_.a.range.lo >= 0 && at_.b.range.lo >= 0); }

  /// a / d = q towards zero, d > 0: a is from q d (less d - 1 where q <= 0) to q d (plus d - 1 where q >= 0).
  bool dividend() {
    if (!reads_signed() || !at_.b.single() || at_.b.range.lo <= 0) return true;
    Word d = at_.b.range.lo, lo = 0, hi = 0;
    bool left = __builtin_mul_overflow(result_.range.lo, d, &lo) || __builtin_mul_overflow(result_.range.hi, d, &hi);
    if (result_.range.lo <= 0) left = __builtin_sub_overflow(lo, d - 1, &lo) || left;
    if (result_.range.hi >= 0) left = __builtin_add_overflow(hi, d - 1, &hi) || left;
    return left || keep(at_.a, Interval{lo, hi});
  }

  /// a rem d = r: a = r modulo d, and a rest that is not 0 has the sign of a and is no further from 0.
  bool remainder() {
    if (!at_.b.single()) return true;
    Word d = at_.b.range.lo;
    if (!reads_signed()) return (d & (d - 1)) != 0 || d <= 0 || modulo_divisor(d);
    if (d == 0 || d == smallest(width_)) return true;
    if (!modulo_divisor(d < 0 ? -d : d)) return false;
    if (result_.range.lo > 0) return keep(at_.a, Interval{result_.range.lo, largest(width_)});
    return result_.range.hi >= 0 || keep(at_.a, Interval{smallest(width_), result_.range.hi});
  }

  bool modulo_divisor(Word d) {
    return keep(at_.a, join(result_.congruence, Congruence::modulo(d, result_.congruence.residue)));
  }

  // ---- overflow tests ----------------------------------------------------------------------------------------------

  /// The integer result lies in the width: solved for each operand.
  bool fits_signed() {
    if (width_ > 64 || width_ == 1) return true;
    Interval all = Interval::top(width_), none{0, 0};
    const Interval &a = at_.a.range, &b = at_.b.range;
    auto wide = [&](Op op, const Interval& x, const Interval& y) { return transfer(op, 128, 128, x, y, none, true); };
    if (op_ == Op::sadd_overflows) return keep(at_.a, wide(Op::sub, all, b)) && keep(at_.b, wide(Op::sub, all, a));
    if (op_ == Op::ssub_overflows) return keep(at_.a, wide(Op::add, all, b)) && keep(at_.b, wide(Op::sub, a, all));
    if (b.lo > 0 && !keep(at_.a, Interval{all.lo / b.lo, all.hi / b.lo})) return false;
    return at_.a.range.lo <= 0 || keep(at_.b, Interval{all.lo / at_.a.range.lo, all.hi / at_.a.range.lo});
  }

  bool fits_unsigned() {
    if (!result_.single()) return true;
    if (op_ == Op::usub_overflows) return is(1) ? less_unsigned(at_.a, at_.b) : not_less_unsigned(at_.a, at_.b);
    if (is(1)) return true;
    return fits_beside(at_.a, at_.b) && fits_beside(at_.b, at_.a);
  }

  /// x + y <= max gives x <= max - least y; x y <= max gives x <= max / least y.
  bool fits_beside(Integer& operand, const Integer& other) {
    UnsignedWord most = lower::bits_of(-1, width_), least = lower::bits_of(other.unsigned_range.lo, width_);
    if (op_ == Op::umul_overflows && least == 0) return true;
    return keep(operand, UnsignedRange{0, lower::wrap(op_ == Op::uadd_overflows ? most - least : most / least, width_)});
  }

  Op op_;
  const Integer& result_;
  Operands& at_;
  bool exact_;
  unsigned width_;  ///< of the first operand
};

}  // namespace

std::optional<Operands> refine(Op op, const Integer& result, Operands operands, bool exact) {
  if (!Refiner(op, result, operands, exact).run()) return std::nullopt;
  return operands;
}

}  // namespace assay::verify::domains
