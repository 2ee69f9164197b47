#pragma once
// Congruences of the signed reading (Granger, "Static analysis of arithmetical congruences", 1989): gamma = { v : v = residue mod
// modulus }, and for modulus 0 the one value `residue`. Modulus 1 says nothing. 0 <= residue < modulus otherwise.
//
// Where a result may wrap around its width w, only what holds modulo 2^w survives: the true value and the wrapped one
// differ by a multiple of 2^w, so the modulus falls to its greatest common divisor with 2^w.

#include "verify/domains/lattice.h"

namespace assay::verify::domains {

struct Congruence {
  Word modulus = 1, residue = 0;
  bool contains(Word value) const;
  bool single() const { return modulus == 0; }
  bool operator==(const Congruence&) const = default;

  static Congruence top(unsigned) { return {}; }
  static Congruence of(Word value, unsigned) { return {0, value}; }
  /// v = residue mod modulus, for any residue and modulus >= 1.
  static Congruence modulo(Word modulus, Word residue);
};

bool leq(const Congruence& a, const Congruence& b);
Congruence join(const Congruence& a, const Congruence& b);
/// Chinese remainders; where the combined modulus is too large to compute, the finer of the two.
std::optional<Congruence> meet(const Congruence& a, const Congruence& b);
/// The join: each step up divides the modulus.
Congruence widen(const Congruence& a, const Congruence& b, std::span<const Word> thresholds, unsigned width);
/// Takes b only where a says nothing: chains downwards could go on for long.
Congruence narrow(const Congruence& a, const Congruence& b, unsigned width);
Congruence transfer(Op op, unsigned width, unsigned operand_width, const Congruence& a, const Congruence& b, const Congruence& c, bool exact);
/// What is left of it modulo 2^width.
Congruence modulo_width(const Congruence& a, unsigned width);

}  // namespace assay::verify::domains
