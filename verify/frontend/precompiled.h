#pragma once
// A contract and the abi headers, parsed once for many candidates: most of what Clang does for a policy of twenty lines it
// does for the text before it. Internal to verify/frontend.

#include <memory>
#include <span>
#include <string_view>

#include "verify/frontend/session.h"

namespace assay::verify::frontend {

/// make_compiler() for a main file that goes on where `#include "policy.h"` ends. Clang's form of that text is kept for as
/// long as the process lives, that of the last few contracts and `arguments`. Safe for any number of threads.
std::unique_ptr<clang::CompilerInstance> make_compiler_after_contract(std::string_view contract,
                                                                      std::span<const char* const> arguments,
                                                                      std::span<const VirtualFile> files, Complaints& complaints);

/// For every action's BeginSourceFileAction: the names of the builtins come before the kept form, in which each of the
/// thousands would be looked up.
void begin_after_contract(clang::CompilerInstance& compiler);

}  // namespace assay::verify::frontend
