#pragma once
// Two functions of one signature over the same inputs: do they answer the same and leave the same state?
//
// By product: both are explored over shared inputs, so that equal computations become one term; what is left goes to the
// solver. The first is the reference: inputs on which it violates a check or an assumption are not spoken of. Used for
// the checked IR against the optimised one (a check on the compiler), and for a policy against its port.

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "base/verdict.h"
#include "verify/lower/program.h"
#include "verify/smt/solver.h"

namespace assay::verify {

struct EquivalenceOptions {
  std::uint64_t instruction_bound = 4096;         ///< of either
  std::uint64_t effort = 3'000'000;               ///< of the solver, its own steps, per question
  std::chrono::milliseconds deadline{10'000};     ///< per question, by the clock: the second line
};

struct Equivalence {
  Verdict verdict = Unknown{"not examined"};      ///< Refuted: inputs, both executed by the interpreter, and what differs
  std::uint64_t by_terms = 0;                     ///< outputs that are one and the same term
  std::uint64_t by_solver = 0;                    ///< questions that a solver settled
};

/// The Error: the solver's process is in trouble. Different inputs or outputs are Unknown, with the first difference.
Result<Equivalence> equivalent(const lower::Program& reference, const lower::Program& other, const EquivalenceOptions& options,
                               smt::Solver& solver);

}  // namespace assay::verify
