#pragma once
// Graded certificates: which share of the inputs a claim is proved for, so that a search can climb towards a proof.
//
// The box of declared ranges is cut in halves, input by input, where the proof fails, down to `cells` equal parts. "Equal"
// is by a fixed measure: each cut halves a cell's weight, at the middle of a short range and at the middle magnitude of a
// wide one (between 2^a and 2^b at 2^((a+b)/2)). A cell counts as proved only if abstract interpretation over that cell
// alone leaves nothing of the claim open, and nothing of `terminates`: the same engine and the same argument as for the
// whole box. A cell that no assumption of a property lets in is not spoken of and counts neither way.
//
// After C3 (certificates as a share of slices), but over exact transfer functions, with a witness where a cell is known
// to fail. Effort is counted, never timed: the same program has the same grade.

#include <vector>

#include "verify/certify.h"
#include "verify/certify_trials.h"

namespace assay::verify {

struct GradeOptions {
  std::uint64_t instruction_bound = 4096;
  unsigned cells = 64;                 ///< rounded down to a power of two
  std::uint64_t most_terms = 20'000;   ///< made by all explorations together, what their time goes by; past it nothing is proved
};

struct Graded {
  Grade grade;
  std::vector<lower::Inputs> witnesses;  ///< one for each cell that is known to fail, each inside its cell
};

/// Of a default claim or, for Property::claim, of all that a property's proof needs.
Graded grade(const lower::Program& program, lower::Property claim, const GradeOptions& options);

/// The two halves of a range; nullopt: it has one member. Bit patterns of doubles are halved in the order of the doubles.
struct Halves {
  lower::Word low_min, low_max, high_min, high_max;
};
std::optional<Halves> halve(const lower::Input& input);

}  // namespace assay::verify
