#pragma once
// Bits that are the same in every value. gamma = { v : v & zeros == 0 and v & ones == ones }.
//
// Masks are canonical words (above the width they repeat the top bit, as values do); no bit is in both.

#include "verify/domains/lattice.h"

namespace assay::verify::domains {

struct KnownBits {
  Word zeros = 0, ones = 0;
  bool contains(Word value) const { return (value & zeros) == 0 && (value & ones) == ones; }
  Word known() const { return zeros | ones; }
  bool operator==(const KnownBits&) const = default;

  static KnownBits top(unsigned) { return {}; }
  static KnownBits of(Word value, unsigned width) { return {width == 1 ? value ^ 1 : ~value, value}; }
};

bool leq(const KnownBits& a, const KnownBits& b);
KnownBits join(const KnownBits& a, const KnownBits& b);
std::optional<KnownBits> meet(const KnownBits& a, const KnownBits& b);
/// The join: a chain has at most as many steps as there are bits.
KnownBits widen(const KnownBits& a, const KnownBits& b, std::span<const Word> thresholds, unsigned width);
KnownBits narrow(const KnownBits& a, const KnownBits& b, unsigned width);
KnownBits transfer(Op op, unsigned width, unsigned operand_width, const KnownBits& a, const KnownBits& b, const KnownBits& c, bool exact);

}  // namespace assay::verify::domains
