#pragma once
// SMT-LIB text into cvc5's terms. Only our sources include this header: it names cvc5's types.

#include <cvc5/cvc5.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace assay::verify::smt {

struct Cvc5Script {
  std::vector<std::pair<std::string, cvc5::Term>> constants;  ///< declared, in order
};

/// Declares and asserts into `solver` what the text says, for one (check-sat) at its end. Quantifier-free scripts over
/// Bool, Int, Real, bit-vectors and floating point; anything that is not understood is an Error. May throw what cvc5 throws.
Result<Cvc5Script> read_script(std::string_view text, cvc5::Solver& solver);

}  // namespace assay::verify::smt
