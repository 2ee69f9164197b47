#pragma once
// LLVM modules after Clang: which passes run, and native code. Internal to verify/frontend.

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <vector>

namespace assay::verify::frontend {

/// Made once per thread: what it knows of the processor takes longer to work out than some policies to compile. Null where this
/// LLVM has no x86-64.
llvm::TargetMachine* target_for(llvm::CodeGenOptLevel level);

/// Everything but assay_entry, the memory functions and `functions` (by source name) becomes internal, then the pipeline
/// of -O2.
void optimise_for_run(llvm::Module& module, llvm::TargetMachine& target, const std::vector<std::string>& functions = {});
/// So that each of `functions` will stand by itself.
void inline_helpers(llvm::Module& module, const std::vector<std::string>& functions);
/// The pipeline of -O2, nothing else.
void optimise(llvm::Module& module, llvm::TargetMachine& target);
/// The part of "_Z8priorityRK6Object..." that is the function's own name; empty where it is no such name.
llvm::StringRef source_name(llvm::StringRef mangled);
/// Always-inline only: for code that is to trap where the source does something undefined.
void prepare_checked(llvm::Module& module);
/// Functions of the contract under plain names, everything else inlined into them; sroa, simplifycfg.
/// Returns an error's words, or nothing.
std::string prepare_proof(llvm::Module& module, const std::vector<std::string>& functions, llvm::StringRef passes);

/// Functions of the contract under plain names, in a module that optimise_for_run has made. What the optimiser claims of results
/// (a range) is taken off: it is not assumed. Returns an error's words, or nothing.
std::string name_plainly(llvm::Module& module, const std::vector<std::string>& functions);

/// 32 bytes: of the module without names.
std::string ir_digest(llvm::Module& module);
std::string bitcode_of(const llvm::Module& module);
/// An ELF object.
llvm::SmallVector<char, 0> native_code(llvm::Module& module, llvm::TargetMachine& target);

inline constexpr char kProofPasses[] = "always-inline,globaldce,function(sroa,simplifycfg)";
/// For telling an execution: branches stay, and with them what is assigned on each.
inline constexpr char kToldPasses[] = "always-inline,globaldce,function(sroa)";

}  // namespace assay::verify::frontend
