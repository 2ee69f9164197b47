#pragma once
// Checks a clausal proof (DRAT's text format, reverse-unit-propagation steps only): who believes it need not believe the
// SAT solver that wrote it.
//
// Every added clause must follow by unit propagation: with all its literals false, propagation over the clauses there are
// runs into a conflict. So each is implied by the CNF, and with the empty one the CNF has no model. Deleting clauses only
// weakens what may follow. RAT steps, which keep satisfiability but are not implied, are refused.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "verify/smt/cnf.h"

namespace assay::verify::smt {

struct RupLimits {
  std::uint64_t most_visits = 400'000'000;  ///< of clauses while propagating
};

/// Success: the CNF is unsatisfiable. The proof must end with the empty clause. The Error names the line of the proof.
Result<void> check_rup(const Cnf& cnf, std::string_view proof, const RupLimits& limits = {});

}  // namespace assay::verify::smt
