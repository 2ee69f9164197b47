#pragma once
// Does what is exported to the kernel do, event by event, what is simulated and what is proved of? Each function of the contract, as the
// kernel's compiler makes it (frontend/bpf.h), by verify/equivalence.h against
//   - the optimised code that runs in a search,
//   - the checked IR, which certificates speak of: on every input within the declared ranges for which it does nothing undefined.
// Equal: both answer the same and leave the same records. Where one of the two is Unknown the text as the kernel's compiler reads it, before
// it is optimised, is compared with the checked IR as well: a "proved" there trusts LLVM's optimiser.
//
// Not covered: BPF code generation and the kernel's translation to machine code (PolicyInKernel runs those on samples), and what a
// value of the kernel's is, next to the simulator's.

#include <optional>
#include <string>
#include <vector>

#include "verify/equivalence.h"
#include "verify/toolchain.h"

namespace assay::verify {

struct ExportedFunction {
  std::string function;
  Equivalence simulated, checked;  ///< Refuted: the two differ, so that no score or no proof speaks of what is exported
  std::optional<Equivalence> read; ///< before optimisation; there where one of the others is Unknown
  /// What the checked code was not seen to be safe from, by ranges alone, and its line in the candidate's text: the comparison says nothing
  /// of inputs for which it happens. A certificate may exclude it.
  std::string may_go_wrong;
  int line = 0;
};

Result<Attempt<std::vector<ExportedFunction>>> compare_exported(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain,
                                                                const EquivalenceOptions& options, smt::Solver& solver);

}  // namespace assay::verify
