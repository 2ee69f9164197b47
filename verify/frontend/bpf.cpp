#include "verify/frontend/bpf.h"

#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/Internalize.h>

#include <atomic>
#include <span>

#include "verify/frontend/module.h"
#include "verify/frontend/optimise.h"
#include "verify/frontend/precompiled.h"

namespace assay::verify::frontend {
namespace {

constexpr char kBpfTriple[] = "bpfel";
constexpr char kBpfCpu[] = "v4";  // signed division
constexpr unsigned kMostArguments = 5;  // of a call in BPF
constexpr std::string_view kPolicyAlone = "#include \"policy.cpp\"\n";
constexpr std::string_view kPolicyMain = "#include \"bpf_view.h\"\n#include \"policy.cpp\"\n#include \"bpf_call.cpp\"\n";  // after the contract

const std::vector<const char*>& policy_arguments() {
  static const std::vector<const char*> arguments = {
      "-triple", kBpfTriple, "-target-cpu", kBpfCpu, "-O2", "-fno-jump-tables", "-fwrapv", "-D__builtin_trap()=(index = 0)",
      "-debug-info-kind=line-tables-only", "-dwarf-version=5", "-gembed-source"};
  return arguments;
}

const std::vector<const char*>& sender_arguments() {
  static const std::vector<const char*> arguments = {
      "-x", "c", "-std=gnu17", "-triple", kBpfTriple, "-target-cpu", kBpfCpu, "-O2", "-fno-jump-tables", "-fwrapv",
      "-debug-info-kind=constructor", "-dwarf-version=5", "-gembed-source"};
  return arguments;
}

llvm::TargetMachine* bpf_target() {
  static const std::unique_ptr<llvm::TargetMachine> known = [] {
    LLVMInitializeBPFTargetInfo();
    LLVMInitializeBPFTarget();
    LLVMInitializeBPFTargetMC();
    LLVMInitializeBPFAsmPrinter();
    std::string error;
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(kBpfTriple, error);
    return std::unique_ptr<llvm::TargetMachine>(
        target == nullptr ? nullptr
                          : target->createTargetMachine(kBpfTriple, kBpfCpu, "", llvm::TargetOptions(), std::nullopt, std::nullopt,
                                                        llvm::CodeGenOptLevel::Default));
  }();
  return known.get();
}

/// What code generation has no instructions for, at its place in the policy.
class Unsupported : public llvm::DiagnosticHandler {
 public:
  explicit Unsupported(std::vector<CompileError>& errors) : errors_(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
    if (info.getSeverity() != llvm::DS_Error) return true;
    std::string text;
    llvm::raw_string_ostream stream(text);
    CompileError error{"policy.cpp", 0, 0, ""};
    if (const auto* unsupported = llvm::dyn_cast<llvm::DiagnosticInfoUnsupported>(&info)) {
      stream << unsupported->getMessage();
      llvm::StringRef path;
      unsigned line = 0, column = 0;
      if (unsupported->isLocationAvailable()) unsupported->getLocation(path, line, column);
      if (path.ends_with("policy.cpp")) error.line = static_cast<int>(line), error.column = static_cast<int>(column);
    } else {
      llvm::DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
    }
    error.message = "the kernel's BPF machine has no code for this: " + stream.str();
    errors_.push_back(std::move(error));
    return true;
  }

 private:
  std::vector<CompileError>& errors_;
};

Compiled<std::unique_ptr<llvm::Module>> policy_module(std::string_view contract, std::span<const VirtualFile> files, llvm::LLVMContext& context) {
  Complaints complaints;
  auto compiler = make_compiler_after_contract(contract, policy_arguments(), files, complaints);
  return module_of(*compiler, complaints, context);
}

Compiled<std::unique_ptr<llvm::Module>> policy_module(const BpfJob& job, llvm::LLVMContext& context) {
  const VirtualFile files[] = {{"main.cpp", kPolicyMain}, {"policy.cpp", job.policy}, {"bpf_view.h", job.view}, {"bpf_call.cpp", job.call}};
  return policy_module(job.contract, files, context);
}

Compiled<std::unique_ptr<llvm::Module>> sender_module(const BpfJob& job, llvm::LLVMContext& context) {
  Complaints complaints;
  const VirtualFile files[] = {{"bpf_sender.c", job.sender}, {"bpf_view.h", job.view}};
  return module_of(*make_compiler(sender_arguments(), files, complaints, clang::Language::C), complaints, context);
}

/// Functions that lines are known of but not types (C++ has types that the kernel's format cannot name) get the type of void(void): in
/// a function that only this program calls, the kernel takes types from the registers.
void give_types(llvm::Module& module) {
  llvm::LLVMContext& context = module.getContext();
  auto* type = llvm::DISubroutineType::get(context, llvm::DINode::FlagZero, 0, llvm::MDTuple::get(context, {nullptr}));
  for (llvm::Function& function : module)
    if (llvm::DISubprogram* subprogram = function.getSubprogram()) subprogram->replaceType(type);
}

/// So that all of the policy can be inlined. What is not has no more arguments than BPF can pass and a name that the kernel takes: it is
/// a function of the policy, not one of the abi's (an operator).
void close(llvm::Module& module, std::string_view entry) {
  for (llvm::Function& function : module)
    if (function.hasLinkOnceLinkage() || function.arg_size() > kMostArguments) function.addFnAttr(llvm::Attribute::AlwaysInline);
  llvm::internalizeModule(module, [&](const llvm::GlobalValue& value) { return value.getName() == llvm::StringRef(entry); });
}

/// libbpf takes a hidden function for one that is checked where it is called, not by itself, if symbol and type have one name.
void hide(llvm::Module& module) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || !function.hasLocalLinkage()) continue;
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    function.setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (const llvm::DISubprogram* subprogram = function.getSubprogram()) function.setName(subprogram->getName());
  }
}

}  // namespace

Compiled<std::string> compile_bpf(const BpfJob& job) {
  // LLVM's pass for fields of kernel structs (BPFAbstractMemberAccess::GEPGlobals) keeps pointers into the module beyond its end.
  static std::atomic_flag used;
  if (used.test_and_set()) return std::unexpected(std::vector<CompileError>{{"", 0, 0, "this process has made a BPF object already, and LLVM 19 makes one only"}});
  llvm::TargetMachine* target = bpf_target();
  if (target == nullptr) return failed("no BPF target in this LLVM");
  std::vector<CompileError> errors;
  llvm::LLVMContext context;
  context.setDiagnosticHandler(std::make_unique<Unsupported>(errors));
  auto policy = policy_module(job, context);
  if (!policy) return std::unexpected(policy.error());
  auto sender = sender_module(job, context);
  if (!sender) return std::unexpected(sender.error());
  give_types(**policy);
  close(**policy, job.entry);
  if (llvm::Linker::linkModules(**sender, std::move(*policy))) return failed("policy and sender cannot be linked");
  (*sender)->setDataLayout(target->createDataLayout());
  optimise(**sender, *target);
  hide(**sender);
  const auto object = native_code(**sender, *target);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  if (object.empty()) return failed("the BPF target of this LLVM writes no objects");
  return std::string(object.data(), object.size());
}

Compiled<std::string> lower_for_bpf(const CompileJob& job, const std::vector<std::string>& functions) {
  llvm::TargetMachine* target = bpf_target();
  if (target == nullptr) return failed("no BPF target in this LLVM");
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  const VirtualFile files[] = {{"main.cpp", kPolicyAlone}, {"policy.cpp", job.policy}};
  auto module = policy_module(job.contract, files, context);
  if (!module) return std::unexpected(module.error());
  (*module)->setDataLayout(target->createDataLayout());
  optimise_for_run(**module, *target, functions);
  if (std::string error = name_plainly(**module, functions); !error.empty()) return failed(error);
  return bitcode_of(**module);
}

std::string describe_bpf() {
  std::string text;
  auto add = [&](const char* what, const std::vector<const char*>& arguments) {
    text += what;
    for (const char* argument : arguments) text.append(" ").append(argument);
    text += "\n";
  };
  add("policy:", policy_arguments());
  add("sender:", sender_arguments());
  return text;
}

}  // namespace assay::verify::frontend
