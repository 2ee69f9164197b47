#pragma once
// Marks in a module which value each variable of the source gets where. Internal to verify/frontend.

#include <llvm/IR/Module.h>

namespace assay::verify::frontend {

/// Each store to a scalar local variable becomes a debug record "from here on `variable` is `value`", at the store's own
/// line; Clang's declarations of variables go. So the records live through sroa with the places that they were written at
/// (what sroa makes of a declaration has no line). Requires: debug information about variables.
void mark_assignments(llvm::Module& module);

}  // namespace assay::verify::frontend
