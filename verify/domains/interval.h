#pragma once
// Intervals of canonical values (verify/lower/ops.h): the abstract domain that settles most claims.
//
// gamma([lo, hi]) = { v : lo <= v <= hi }. Bounds are exact integers of 128 bits; an operation whose result may wrap
// around its width, or whose exact bounds leave 128 bits, answers the whole width: sound, never tight by luck.
// Every transformer is checked exhaustively at 4 bits against lower::evaluate (tests/verify/interval_test.cpp).

#include <optional>
#include <span>

#include "verify/domains/lattice.h"

namespace assay::verify::domains {

struct Interval {
  Word lo = 0, hi = 0;
  bool contains(Word value) const { return lo <= value && value <= hi; }
  bool within(const Interval& other) const { return other.lo <= lo && hi <= other.hi; }
  bool single() const { return lo == hi; }
  bool operator==(const Interval&) const = default;

  static Interval top(unsigned width) { return {lower::smallest(width), lower::largest(width)}; }
  static Interval of(Word value, unsigned) { return {value, value}; }
};

Interval whole(unsigned width);
Interval hull(const Interval& a, const Interval& b);                          ///< least upper bound
std::optional<Interval> meet(const Interval& a, const Interval& b);           ///< nullopt: empty
inline bool leq(const Interval& a, const Interval& b) { return a.within(b); }
inline Interval join(const Interval& a, const Interval& b) { return hull(a, b); }

/// Holds both. A bound of `a` that `b` passes moves to the next threshold (sorted), else to the end of the width.
Interval widen(const Interval& a, const Interval& b, std::span<const Word> thresholds, unsigned width);
/// Requires: b within a. Takes from b only the bounds that are at the end of the width in a.
Interval narrow(const Interval& a, const Interval& b, unsigned width);

/// Every defined result of `op` on members of the operands lies in the answer.
/// `exact`: for add, sub and mul, the caller knows that the signed result does not wrap.
/// Undefined results (division by zero, too large a shift) are not covered: they are obligations of their own.
Interval transfer(Op op, unsigned width, unsigned operand_width, const Interval& a, const Interval& b, const Interval& c,
                  bool exact);

/// What `a op b == truth` says of the operands, for the comparisons; an empty one makes the whole case impossible.
struct Refined {
  std::optional<Interval> a, b;
};
Refined refine(Op op, const Interval& a, const Interval& b, bool truth);

}  // namespace assay::verify::domains
