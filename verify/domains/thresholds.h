#pragma once
// Where a bound that keeps growing stops on its way to the end of its width: numbers that the program itself names.

#include <vector>

#include "verify/lower/program.h"

namespace assay::verify::domains {

/// Constants of the program, declared bounds, sizes of arrays, powers of two, and each of them +-1: sorted.
std::vector<lower::Word> thresholds_of(const lower::Program& program);

/// The smallest threshold at or above `bound`, or `end`; and the largest at or below.
lower::Word next_above(lower::Word bound, const std::vector<lower::Word>& thresholds, lower::Word end);
lower::Word next_below(lower::Word bound, const std::vector<lower::Word>& thresholds, lower::Word end);

}  // namespace assay::verify::domains
