#pragma once
// Outward-rounded ranges of doubles from the declared ranges alone: which operations cannot be bad (real_printer.cpp), and
// bounds that spare a solver nonlinear arithmetic.

#include <optional>
#include <span>
#include <vector>

#include "verify/smt/query.h"

namespace assay::verify::smt {

struct RealRange {
  double low = 0, high = 0;  ///< finite; every value of the term, and its exact result before rounding, lies between
};

/// One per term of the pool; nullopt where nothing is known, which includes everything that may be infinite or NaN.
std::vector<std::optional<RealRange>> real_ranges(const Question& question, std::span<const lower::TermId> terms);

}  // namespace assay::verify::smt
