#pragma once
// Rounding to nearest of a double, as facts over the reals. See real_printer.cpp for why they suffice.

#include <string>

#include "verify/lower/ops.h"

namespace assay::verify::smt {

/// A finite double, exactly: "(/ 1.0 10.0)" is not 0.1, "(/ 3602879701896397.0 36028797018963968.0)" is.
std::string exact_real(lower::Word bits);
bool is_finite(lower::Word bits);

/// `rounded` is `exact` rounded: within u |exact| (and eta where results may be tiny), of the same sign, zero for zero.
///   u = 2^-53; eta = 2^-128 for 2^-1075: larger than what is true, so weaker, and its digits are fewer.
std::string encloses(const std::string& exact, const std::string& rounded, bool may_be_tiny);
/// |exact| < 2^512, far below where rounding gives an infinity.
std::string is_moderate(const std::string& exact);

}  // namespace assay::verify::smt
