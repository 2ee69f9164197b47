#pragma once
// One LLVM function to one Program. Internal to lowering: the only header here that knows LLVM, by name alone.

#include <expected>
#include <string>

#include "tasks/contract.h"
#include "verify/lower/lower.h"

namespace llvm {
class Function;
}

namespace assay::verify::lower {

struct PropertyWords;

/// A property of properties.cpp: no parameter, no result.
std::expected<Program, Unsupported> read_property(const llvm::Function& body, const std::string& name, PropertyWords& words);

/// A function of the contract that may assume something at its start.
std::expected<Program, Unsupported> read_given(const llvm::Function& body, const tasks::Function& declared, PropertyWords& words);

std::expected<Program, Unsupported> read_function(const llvm::Function& body, const tasks::Contract& contract,
                                                  const tasks::Function& declared);

}  // namespace assay::verify::lower
