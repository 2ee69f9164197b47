#pragma once
// Formulas over known integers: the check of a solver's model that rests on no solver.

#include <map>
#include <string>

#include "base/result.h"
#include "verify/lower/ops.h"
#include "verify/network/script.h"

namespace assay::verify::network {

/// Names as they stand in the script; truths are 0 and 1.
using Values = std::map<std::string, lower::Word>;

/// The value of a formula of a Script over integers. The Error: a name without a value, or what is no such formula.
Result<lower::Word> evaluate(const Formula& formula, const Values& values);

}  // namespace assay::verify::network
