#pragma once
// Ranges by the unsigned reading. Bounds are canonical words like every other, only their order is the unsigned one:
// gamma = { v : bits(lo) <= bits(v) <= bits(hi) }.
//
// Read as 128-bit patterns, canonical words of any one width stand in their unsigned order (the non-negative ones first, then
// the negative ones, each ascending), so no width is needed to compare them.

#include "verify/domains/lattice.h"

namespace assay::verify::domains {

struct UnsignedRange {
  Word lo = 0, hi = 0;
  static bool ordered(Word a, Word b) { return static_cast<UnsignedWord>(a) <= static_cast<UnsignedWord>(b); }
  bool contains(Word value) const { return ordered(lo, value) && ordered(value, hi); }
  bool single() const { return lo == hi; }
  bool operator==(const UnsignedRange&) const = default;

  static UnsignedRange top(unsigned width) { return {0, lower::wrap(~UnsignedWord{0}, width)}; }
  static UnsignedRange of(Word value, unsigned) { return {value, value}; }
};

bool leq(const UnsignedRange& a, const UnsignedRange& b);
UnsignedRange join(const UnsignedRange& a, const UnsignedRange& b);
std::optional<UnsignedRange> meet(const UnsignedRange& a, const UnsignedRange& b);
/// A threshold counts by its unsigned reading, too.
UnsignedRange widen(const UnsignedRange& a, const UnsignedRange& b, std::span<const Word> thresholds, unsigned width);
UnsignedRange narrow(const UnsignedRange& a, const UnsignedRange& b, unsigned width);
UnsignedRange transfer(Op op, unsigned width, unsigned operand_width, const UnsignedRange& a, const UnsignedRange& b,
                       const UnsignedRange& c, bool exact);

}  // namespace assay::verify::domains
