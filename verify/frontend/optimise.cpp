#include "verify/frontend/optimise.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Triple.h>
#include <llvm/Transforms/IPO/Internalize.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/digest.h"

namespace assay::verify::frontend {
namespace {

constexpr std::array<llvm::StringRef, 5> kKept = {"assay_entry", "memcpy", "memmove", "memset", "memcmp"};

/// The analyses of one run of a new-style pass manager.
struct Analyses {
  explicit Analyses(llvm::PassBuilder& builder) {
    builder.registerModuleAnalyses(module);
    builder.registerCGSCCAnalyses(scc);
    builder.registerFunctionAnalyses(function);
    builder.registerLoopAnalyses(loop);
    builder.crossRegisterProxies(loop, function, scc, module);
  }
  llvm::LoopAnalysisManager loop;
  llvm::FunctionAnalysisManager function;
  llvm::CGSCCAnalysisManager scc;
  llvm::ModuleAnalysisManager module;
};

void run_pipeline(llvm::Module& module, llvm::StringRef pipeline) {
  llvm::PassBuilder builder;
  Analyses analyses(builder);
  llvm::ModulePassManager passes;
  llvm::cantFail(builder.parsePassPipeline(passes, pipeline));
  passes.run(module, analyses.module);
}

/// So that everything can be inlined, and nothing be replaced from outside.
void internalise(llvm::Module& module, const std::vector<std::string>& functions) {
  llvm::internalizeModule(module, [&](const llvm::GlobalValue& value) {
    return std::ranges::find(kKept, value.getName()) != kKept.end() ||
           std::ranges::find(functions, source_name(value.getName()).str()) != functions.end();
  });
}

std::unique_ptr<llvm::TargetMachine> make_target(llvm::CodeGenOptLevel level) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  LLVMInitializeX86AsmParser();  // for the assembly of memcpy and its kin
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget("x86_64-pc-linux-gnu", error);
  if (target == nullptr) return nullptr;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      "x86_64-pc-linux-gnu", "x86-64-v2", "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small, level));
}

}  // namespace

llvm::StringRef source_name(llvm::StringRef mangled) {
  std::size_t length = 0;
  if (!mangled.consume_front("_Z") || mangled.consumeInteger(10, length) || length > mangled.size()) return {};
  return mangled.substr(0, length);
}

llvm::TargetMachine* target_for(llvm::CodeGenOptLevel level) {
  thread_local std::map<llvm::CodeGenOptLevel, std::unique_ptr<llvm::TargetMachine>> known;
  auto& target = known[level];
  if (target == nullptr) target = make_target(level);
  return target.get();
}

void inline_helpers(llvm::Module& module, const std::vector<std::string>& functions) {
  for (llvm::Function& function : module) {
    const bool is_kept = std::ranges::find(functions, source_name(function.getName()).str()) != functions.end();
    if (!function.isDeclaration() && !is_kept) function.addFnAttr(llvm::Attribute::AlwaysInline);
  }
}

void optimise_for_run(llvm::Module& module, llvm::TargetMachine& target, const std::vector<std::string>& functions) {
  internalise(module, functions);
  optimise(module, target);
}

void optimise(llvm::Module& module, llvm::TargetMachine& target) {
  llvm::PassBuilder builder(&target);
  Analyses analyses(builder);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, analyses.module);
}

void prepare_checked(llvm::Module& module) {
  internalise(module, {});
  run_pipeline(module, "always-inline,globaldce");
}

std::string prepare_proof(llvm::Module& module, const std::vector<std::string>& functions, llvm::StringRef passes) {
  std::size_t found = 0;
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    const llvm::StringRef name = source_name(function.getName());
    function.removeFnAttr(llvm::Attribute::NoInline);
    function.removeFnAttr(llvm::Attribute::OptimizeNone);
    function.setComdat(nullptr);
    if (std::ranges::find(functions, name.str()) != functions.end()) {
      function.setName(name.str());
      function.setLinkage(llvm::GlobalValue::ExternalLinkage);
      ++found;
    } else {
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
      function.addFnAttr(llvm::Attribute::AlwaysInline);
    }
  }
  if (found != functions.size()) return "a function of the contract is not in the module";
  run_pipeline(module, passes);
  return {};
}

std::string name_plainly(llvm::Module& module, const std::vector<std::string>& functions) {
  std::size_t found = 0;
  for (llvm::Function& function : module) {
    const llvm::StringRef name = source_name(function.getName());
    if (function.isDeclaration() || std::ranges::find(functions, name.str()) == functions.end()) continue;
    function.setName(name.str());
    function.removeRetAttr(llvm::Attribute::Range);
    ++found;
  }
  return found == functions.size() ? "" : "a function of the contract is not in the module";
}

std::string bitcode_of(const llvm::Module& module) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::WriteBitcodeToFile(module, stream);
  return {bytes.data(), bytes.size()};
}

std::string ir_digest(llvm::Module& module) {
  std::size_t number = 0;
  for (llvm::GlobalValue& value : module.global_values())
    if (value.hasLocalLinkage()) value.setName("g" + std::to_string(number++));
  // Assembly carries its offset in the source.
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function)) instruction.setMetadata("srcloc", nullptr);
  const Digest digest = sha256(bitcode_of(module));
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

llvm::SmallVector<char, 0> native_code(llvm::Module& module, llvm::TargetMachine& target) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager passes;
  if (target.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile, true)) return {};
  passes.run(module);
  return object;
}

}  // namespace assay::verify::frontend
