// The transformers of the product: each component by itself, what one can tell another beforehand, then reduction.

#include "verify/domains/float_interval.h"
#include "verify/domains/integer.h"

namespace assay::verify::domains {
namespace {

bool non_negative(const Integer& a) { return a.range.lo >= 0; }

Integer fold(Op op, unsigned width, unsigned operand_width, Word a, Word b) {
  auto value = lower::evaluate(op, width, operand_width, a, b);
  return value ? Integer::of(*value, width) : Integer::top(width);
}

/// Both operands of one bit: all pairs, which is exact.
Integer enumerate(Op op, unsigned width, const Integer& a, const Integer& b) {
  std::optional<Integer> all;
  for (Word x = a.range.lo; x <= a.range.hi; ++x)
    for (Word y = b.range.lo; y <= b.range.hi; ++y)
      if (auto value = lower::evaluate(op, width, 1, x, y)) all = all ? join(*all, Integer::of(*value, width)) : Integer::of(*value, width);
  return all.value_or(Integer::top(width));
}

bool is_unary(Op op) { return op >= Op::zext && op <= Op::ctpop; }

/// Division, remainder and right shift by the unsigned reading are those by the signed one where no operand is negative.
Op signed_twin(Op op, const Integer& a, const Integer& b) {
  if (!non_negative(a)) return op;
  if (op == Op::lshr) return Op::ashr;
  if (op == Op::zext) return Op::sext;
  if (!non_negative(b)) return op;
  return op == Op::udiv ? Op::sdiv : op == Op::urem ? Op::srem : op;
}

/// Whether the integer result of add, sub, mul or shl stays within the signed range of the width, by the ranges alone.
bool cannot_wrap(Op op, unsigned width, const Integer& a, const Integer& b) {
  const Interval none{0, 0};
  if (lower::is_arithmetic(op)) return transfer(overflow_test(op), 1, width, a.range, b.range, none, false) == none;
  if (op != Op::shl || b.range.lo < 0 || b.range.hi >= static_cast<Word>(width) - 1 || b.range.hi >= 120) return false;
  const Interval factor{1, Word{1} << static_cast<unsigned>(b.range.hi)};
  return transfer(Op::smul_overflows, 1, width, a.range, factor, none, false) == none;
}

/// Each component is right, so a contradiction between them says that no result is defined.
Integer compute(Op op, unsigned width, unsigned from, const Integer& a, const Integer& b, const Integer& c, bool exact) {
  exact = exact || cannot_wrap(op, width, a, b);
  // On non-negative operands the twin gives the same words where both readings of the result agree, as they do here.
  Op twin = width > 1 && from > 1 ? signed_twin(op, a, b) : op;
  Integer out{transfer(twin, width, from, a.range, b.range, c.range, exact),
              transfer(op, width, from, a.unsigned_range, b.unsigned_range, c.unsigned_range, exact),
              transfer(op, width, from, a.bits, b.bits, c.bits, exact),
              transfer(twin, width, from, a.congruence, b.congruence, c.congruence, exact), width};
  return reduce(out).value_or(Integer::top(width));
}

/// False if no word is in both.
Integer equal(const Integer& a, const Integer& b) {
  if (!meet(a, b)) return Integer::of(0, 1);
  return a.single() && b.single() ? Integer::of(1, 1) : Integer::top(1);
}

}  // namespace

Integer transfer(Op op, unsigned width, unsigned operand_width, const Integer& a, const Integer& b, const Integer& c, bool exact) {
  if (lower::is_float(op)) return Integer::within(float_transfer(op, width, a.range, b.range), width);
  if (op == Op::select) return a.single() ? (a.range.lo != 0 ? b : c) : join(b, c);
  if (op == Op::eq) return equal(a, b);
  if (a.single() && (is_unary(op) || b.single())) return fold(op, width, operand_width, a.range.lo, is_unary(op) ? 0 : b.range.lo);
  if (operand_width == 1 && !is_unary(op)) return enumerate(op, width, a, b);
  return compute(op, width, operand_width, a, b, c, exact);
}

}  // namespace assay::verify::domains
