#pragma once
// Runs counterexamples on the compiled candidate (UBSan's traps on, in the run jail) before anyone sees them.
// Internal to certify.

#include <memory>
#include <optional>
#include <string>

#include "sandbox/run_jail.h"
#include "verify/certify_examine.h"
#include "verify/toolchain.h"

namespace assay::verify {

/// Trusted text: reads a function's number and its inputs, fills the records, calls it, writes the answer and the state.
std::string replay_driver(const tasks::Contract& contract);

/// What the run has to show for the counterexample to stand.
bool run_agrees(const lower::Program& program, const Counterexample& counterexample, lower::Property property,
                const sandbox::RunReport& report);

class Replayer {
 public:
  Replayer(const tasks::Contract& contract, const Screened& screened, Toolchain& toolchain, sandbox::RunJail& jail)
      : contract_(contract), screened_(screened), toolchain_(toolchain), jail_(jail) {}

  /// Sets `reproduced`, or turns the claim into Unknown.
  Result<void> run(std::size_t function, const lower::Program& program, lower::Property property, ExaminedClaim& claim);

 private:
  Result<const Binary*> binary();  ///< compiled at the first need; null: Clang gave no code

  const tasks::Contract& contract_;
  const Screened& screened_;
  Toolchain& toolchain_;
  sandbox::RunJail& jail_;
  std::optional<Attempt<Binary>> compiled_;
};

}  // namespace assay::verify
