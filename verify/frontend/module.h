#pragma once
// One run of Clang over text: an LLVM module before any pass. Internal to verify/frontend.

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

#include "verify/frontend/compile.h"
#include "verify/frontend/session.h"

namespace assay::verify::frontend {

/// What the compiler, made by make_compiler or make_compiler_after_contract over `complaints`, makes of its main file.
Compiled<std::unique_ptr<llvm::Module>> module_of(clang::CompilerInstance& compiler, const Complaints& complaints,
                                                  llvm::LLVMContext& context);

/// An error that has no place in the policy.
std::unexpected<std::vector<CompileError>> failed(std::string message);

}  // namespace assay::verify::frontend
