#pragma once
// Code that says the same and is easier on the kernel's verifier. Internal to verify/frontend.

#include <llvm/IR/Module.h>

namespace assay::verify::frontend {

/// The verifier walks every path, and takes two states for one where it need not tell them apart; a number that it knows exactly, such as
/// the root in a search bit by bit, keeps them apart: 2^20 paths for 20 rounds. In loops that are counted by another variable, what is
/// carried from round to round is divided by 1, which changes nothing, and of which the verifier (up to Linux 6.18 at least)
/// does not compute the result. One that does has more paths to walk.
void forget_in_loops(llvm::Module& module);

}  // namespace assay::verify::frontend
