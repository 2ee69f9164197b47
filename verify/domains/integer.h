#pragma once
// What is known of one word: a reduced product of ranges by both readings, known bits and a congruence.
//
// gamma is the intersection of the components' gammas. Reduction lets each component say what it can to the others; it
// never removes a word from gamma. Results of reduce, meet, transfer and refine are reduced; those of join, widen and
// narrow are not always (a widened value that is tightened again might never stand still).

#include <cstdint>

#include "verify/domains/congruence.h"
#include "verify/domains/interval.h"
#include "verify/domains/known_bits.h"
#include "verify/domains/unsigned_range.h"

namespace assay::verify::domains {

struct Integer {
  Interval range;  ///< by the signed reading
  UnsignedRange unsigned_range;
  KnownBits bits;
  Congruence congruence;
  unsigned width = 1;

  bool contains(Word value) const {
    return range.contains(value) && unsigned_range.contains(value) && bits.contains(value) && congruence.contains(value);
  }
  bool single() const { return range.single(); }
  bool operator==(const Integer&) const = default;

  static Integer top(unsigned width);
  static Integer of(Word value, unsigned width);
  /// The words of the range, and what follows.
  static Integer within(const Interval& range, unsigned width);
};

bool leq(const Integer& a, const Integer& b);
Integer join(const Integer& a, const Integer& b);
std::optional<Integer> meet(const Integer& a, const Integer& b);
std::optional<Integer> meet(const Integer& a, const Interval& range);
Integer widen(const Integer& a, const Integer& b, std::span<const Word> thresholds, unsigned width);
Integer narrow(const Integer& a, const Integer& b, unsigned width);

/// The same words, told by every component. nullopt: none.
std::optional<Integer> reduce(Integer value);

/// Where no pair of operands has a defined result, everything of the width.
Integer transfer(Op op, unsigned width, unsigned operand_width, const Integer& a, const Integer& b, const Integer& c, bool exact);

/// What the operands must be for `op` to give a member of `result`: every triple of members that does, lies in the answer.
/// nullopt: there is none. Only defined results count.
struct Operands {
  Integer a, b, c;
};
std::optional<Operands> refine(Op op, const Integer& result, Operands operands, bool exact);

}  // namespace assay::verify::domains
