#include "verify/domains/unsigned_range.h"

#include <llvm/IR/ConstantRange.h>

#include "verify/domains/words.h"

namespace assay::verify::domains {
namespace {

using llvm::ConstantRange;

Word lesser(Word a, Word b) { return UnsignedRange::ordered(a, b) ? a : b; }
Word greater(Word a, Word b) { return UnsignedRange::ordered(a, b) ? b : a; }

ConstantRange range_of(const UnsignedRange& a, unsigned width) {
  return ConstantRange::getNonEmpty(integer_of(static_cast<UnsignedWord>(a.lo), width), integer_of(static_cast<UnsignedWord>(a.hi), width) + 1);
}

/// Empty means that no result is defined; anything holds of those.
UnsignedRange from(const ConstantRange& range, unsigned width) {
  if (range.isEmptySet()) return UnsignedRange::top(width);
  return {lower::wrap(bits_from(range.getUnsignedMin()), width), lower::wrap(bits_from(range.getUnsignedMax()), width)};
}

/// ConstantRange holds every wrapped result of the plain operations (no no-wrap flag is given).
UnsignedRange binary(Op op, unsigned width, const UnsignedRange& a, const UnsignedRange& b) {
  if (width == 1) return UnsignedRange::top(1);  // LLVM reads a set bit as -1 there, the small program as 1
  ConstantRange x = range_of(a, width), y = range_of(b, width);
  switch (op) {
    case Op::add: return from(x.add(y), width);
    case Op::sub: return from(x.sub(y), width);
    case Op::mul: return from(x.multiply(y), width);
    case Op::sdiv: return from(x.sdiv(y), width);
    case Op::srem: return from(x.srem(y), width);
    case Op::udiv: return from(x.udiv(y), width);
    case Op::urem: return from(x.urem(y), width);
    case Op::shl: return from(x.shl(y), width);
    case Op::lshr: return from(x.lshr(y), width);
    case Op::ashr: return from(x.ashr(y), width);
    case Op::and_: return from(x.binaryAnd(y), width);
    case Op::or_: return from(x.binaryOr(y), width);
    case Op::xor_: return from(x.binaryXor(y), width);
    default: return UnsignedRange::top(width);
  }
}

UnsignedRange truth(bool may_be_false, bool may_be_true) { return {may_be_false ? 0 : 1, may_be_true ? 1 : 0}; }

/// Zero bits of an unsigned number fall as it grows; ones and trailing zeros are at most the width.
UnsignedRange count(Op op, unsigned width, const UnsignedRange& a) {
  auto of = [&](Word word) { return *lower::evaluate(op, width, width, word); };
  if (op == Op::ctlz) return {of(a.hi), of(a.lo)};
  if (a.single()) return {of(a.lo), of(a.lo)};
  return {0, static_cast<Word>(width)};
}

/// Truncation is the identity below 2^width; extension by zeros keeps the number; by the sign, only one half at a time.
UnsignedRange cast(Op op, unsigned width, unsigned from_width, const UnsignedRange& a) {
  if (op == Op::trunc) {
    bool fits = lower::bits_of(a.hi, from_width) >> width == 0;
    return fits ? UnsignedRange{lower::wrap(static_cast<UnsignedWord>(a.lo), width), lower::wrap(static_cast<UnsignedWord>(a.hi), width)}
                : UnsignedRange::top(width);
  }
  auto extended = [&](Word word) { return *lower::evaluate(op, width, from_width, word); };
  bool crosses = op == Op::sext && extended(a.lo) >= 0 && extended(a.hi) < 0;
  return crosses ? UnsignedRange::top(width) : UnsignedRange{extended(a.lo), extended(a.hi)};
}

/// Comparisons that the order decides; the signed one only within one half, where both orders agree.
UnsignedRange compare(Op op, const UnsignedRange& a, const UnsignedRange& b) {
  bool apart = !meet(a, b);
  if (op == Op::eq) return truth(apart || !(a.single() && b.single()), !apart);
  bool one_half = (a.hi >= 0 && b.hi >= 0) || (a.lo < 0 && b.lo < 0);
  if (op == Op::slt && !one_half) return truth(true, true);
  return truth(!(UnsignedRange::ordered(a.hi, b.lo) && a.hi != b.lo), !UnsignedRange::ordered(b.hi, a.lo));
}

/// Each overflow grows with both operands (with the difference: with b, against a): the extreme pairs decide.
UnsignedRange overflow(Op op, unsigned width, const UnsignedRange& a, const UnsignedRange& b) {
  bool falls = op == Op::usub_overflows;
  bool least = *lower::evaluate(op, 1, width, falls ? a.hi : a.lo, b.lo) != 0;
  bool most = *lower::evaluate(op, 1, width, falls ? a.lo : a.hi, b.hi) != 0;
  return truth(!least, most);
}

}  // namespace

bool leq(const UnsignedRange& a, const UnsignedRange& b) { return b.contains(a.lo) && b.contains(a.hi); }
UnsignedRange join(const UnsignedRange& a, const UnsignedRange& b) { return {lesser(a.lo, b.lo), greater(a.hi, b.hi)}; }

std::optional<UnsignedRange> meet(const UnsignedRange& a, const UnsignedRange& b) {
  UnsignedRange both{greater(a.lo, b.lo), lesser(a.hi, b.hi)};
  if (!UnsignedRange::ordered(both.lo, both.hi)) return std::nullopt;
  return both;
}

/// Each bound moves once per threshold and once more.
UnsignedRange widen(const UnsignedRange& a, const UnsignedRange& b, std::span<const Word> thresholds, unsigned width) {
  UnsignedRange full = UnsignedRange::top(width), out = a;
  bool falls = !UnsignedRange::ordered(a.lo, b.lo), rises = !UnsignedRange::ordered(b.hi, a.hi);
  if (falls) out.lo = full.lo;
  if (rises) out.hi = full.hi;
  for (Word each : thresholds) {
    if (each < lower::smallest(width) || each > lower::largest(width)) continue;
    if (falls && UnsignedRange::ordered(each, b.lo)) out.lo = greater(out.lo, each);
    if (rises && UnsignedRange::ordered(b.hi, each)) out.hi = lesser(out.hi, each);
  }
  return out;
}

UnsignedRange narrow(const UnsignedRange& a, const UnsignedRange& b, unsigned width) {
  UnsignedRange full = UnsignedRange::top(width);
  return {a.lo == full.lo ? b.lo : a.lo, a.hi == full.hi ? b.hi : a.hi};
}

UnsignedRange transfer(Op op, unsigned width, unsigned operand_width, const UnsignedRange& a, const UnsignedRange& b,
                       const UnsignedRange& c, bool) {
  switch (op) {
    case Op::eq: case Op::slt: case Op::ult: return compare(op, a, b);
    case Op::select: return a.single() ? (a.lo != 0 ? b : c) : join(b, c);
    case Op::zext: case Op::sext: case Op::trunc: return cast(op, width, operand_width, a);
    case Op::ctlz: case Op::cttz: case Op::ctpop: return count(op, width, a);
    case Op::uadd_overflows: case Op::usub_overflows: case Op::umul_overflows: return overflow(op, operand_width, a, b);
    default: return lower::is_predicate(op) || lower::is_float(op) ? UnsignedRange::top(width) : binary(op, width, a, b);
  }
}

}  // namespace assay::verify::domains
