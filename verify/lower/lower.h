#pragma once
// From checked LLVM IR (verify/toolchain.h) to the small typed program, over an explicit allowlist of instructions.
// What is not listed makes the function Unsupported, never silently approximated.

#include <expected>
#include <string>
#include <vector>

#include "base/result.h"
#include "tasks/contract.h"
#include "verify/lower/program.h"
#include "verify/properties/properties.h"

namespace assay::verify::lower {

struct Unsupported {
  std::string what;
  int line = 0;  ///< of the emitted text
};

struct LoweredFunction {
  std::string name;
  std::expected<Program, Unsupported> program;
};

/// One entry per function of the contract, in its order. The Error: the bitcode does not parse.
Result<std::vector<LoweredFunction>> lower_functions(const std::string& bitcode, const tasks::Contract& contract);

/// One entry per property of the set, in its order: a program whose inputs are the property's `any`s, whose assumptions are its
/// `assume`s and whose checks of Property::claim are its `prove`s. `bitcode` is Toolchain::lower_properties' of the same set.
Result<std::vector<LoweredFunction>> lower_properties(const std::string& bitcode, const tasks::Contract& contract,
                                                      const properties::PropertySet& set);

/// One entry per function of the contract: the function behind the candidate's invariant, with the same inputs and outputs as
/// lower_functions gives, and the invariant assumed at entry. Requires: `set` came from properties::with_invariant.
Result<std::vector<LoweredFunction>> lower_given(const std::string& bitcode, const tasks::Contract& contract,
                                                 const properties::PropertySet& set);

}  // namespace assay::verify::lower
