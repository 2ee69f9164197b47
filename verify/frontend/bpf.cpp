#include "verify/frontend/bpf.h"

#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/Internalize.h>

#include <algorithm>
#include <atomic>

#include "tasks/contract.h"
#include "verify/frontend/bpf_forget.h"
#include "verify/frontend/module.h"
#include "verify/frontend/optimise.h"

namespace assay::verify::frontend {
namespace {

constexpr char kBpfTriple[] = "bpfel";
constexpr char kBpfCpu[] = "v4";  // signed division
constexpr unsigned kMostArguments = 5;  // of a call in BPF
constexpr std::string_view kPolicyMain = "#include \"policy.h\"\n#include \"bpf_view.h\"\n#include \"policy.cpp\"\n#include \"bpf_call.cpp\"\n";
constexpr std::string_view kPolicyAlone = "#include \"policy.h\"\n#include \"policy.cpp\"\n";
/// bpf_index asks whether its index is a constant.
constexpr char kReadPasses[] = "always-inline,globaldce,function(sroa,lower-constant-intrinsics,simplifycfg)";
constexpr char kAbi[] = "policies/abi/assay.h";
/// What BPF has no code for, what stands in for it, and how often it is there.
struct StandIn {
  std::string_view from, to;
  int count;
};
constexpr std::string_view kWideProduct = "__builtin_mul_overflow(";
constexpr StandIn kStandIns[] = {{"if (index < 0 || index >= N) __builtin_trap();", "index = bpf_index(index, N);", 2},
                                 {kWideProduct, "bpf_mul_overflow(", 1}};
constexpr std::string_view kNamespace = "inline namespace assay_abi {\n";
constexpr std::string_view kFunctions = R"(
/// `index`, or 0 where an Array of `count` has no such item. The optimiser knows nothing of a number that has been through assembly,
/// so that what is compared is what is used.
inline i64 bpf_index(i64 index, i64 count) {
  if (!__builtin_constant_p(index)) __asm__("" : "+r"(index));
  return static_cast<u64>(index) < static_cast<u64>(count) ? index : 0;
}

/// As the builtin, which multiplies 128 bits.
ASSAY_ABI bool bpf_mul_overflow(i64 a, i64 b, i64* product) {
  const u64 x = a < 0 ? 0 - static_cast<u64>(a) : static_cast<u64>(a), y = b < 0 ? 0 - static_cast<u64>(b) : static_cast<u64>(b);
  const u64 most = (1ULL << 63) - ((a < 0) == (b < 0) ? 1 : 0);
  *product = static_cast<i64>(x * y);
  if ((a < 0) != (b < 0)) *product = static_cast<i64>(0 - x * y);
  return x != 0 && y > most / x;
}
)";

const std::vector<const char*>& policy_arguments() {
  static const std::vector<const char*> arguments = {
      "-triple", kBpfTriple, "-target-cpu", kBpfCpu, "-O2", "-fno-jump-tables", "-fwrapv",
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
    LLVMInitializeBPFAsmParser();  // for forget_in_loops
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

Compiled<std::unique_ptr<llvm::Module>> policy_module(std::string_view main, const BpfJob& job, llvm::LLVMContext& context, Stage stage = Stage::optimised) {
  Complaints complaints;
  const std::string abi = bpf_abi_header(stage);
  if (abi.empty()) return failed("the abi header's Array is not as the export knows it");
  const VirtualFile files[] = {{"main.cpp", main},         {"policy.h", job.contract}, {kAbi, abi},  // found before the one of that name in "/"
                               {"policy.cpp", job.policy}, {"bpf_view.h", job.view},   {"bpf_call.cpp", job.call}};
  return module_of(*make_compiler(policy_arguments(), files, complaints), complaints, context);
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

/// What a call gives back that only stands in the optimiser's or the verifier's way: assembly of no instruction (bpf_index), and LLVM's own
/// such intrinsic. Null: another call.
llvm::Value* passed_through(const llvm::CallInst& call) {
  if (const llvm::Function* callee = call.getCalledFunction(); callee != nullptr && callee->getName().starts_with("llvm.bpf.passthrough")) return call.getArgOperand(1);
  const auto* assembly = llvm::dyn_cast<llvm::InlineAsm>(call.getCalledOperand());
  const bool is_nothing = assembly != nullptr && assembly->getAsmString().empty() && call.arg_size() == 1;
  return is_nothing && call.getType() == call.getArgOperand(0)->getType() ? call.getArgOperand(0) : nullptr;
}

void drop_barriers(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
        auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
        llvm::Value* same = call != nullptr ? passed_through(*call) : nullptr;
        if (same == nullptr) continue;
        call->replaceAllUsesWith(same);
        call->eraseFromParent();
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
  auto policy = policy_module(kPolicyMain, job, context);
  if (!policy) return std::unexpected(policy.error());
  auto sender = sender_module(job, context);
  if (!sender) return std::unexpected(sender.error());
  give_types(**policy);
  close(**policy, job.entry);
  if (llvm::Linker::linkModules(**sender, std::move(*policy))) return failed("policy and sender cannot be linked");
  (*sender)->setDataLayout(target->createDataLayout());
  optimise(**sender, *target);
  forget_in_loops(**sender);
  hide(**sender);
  const auto object = native_code(**sender, *target);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  if (object.empty()) return failed("the BPF target of this LLVM writes no objects");
  return std::string(object.data(), object.size());
}

Compiled<std::string> lower_for_bpf(const CompileJob& job, const std::vector<std::string>& functions, Stage stage) {
  llvm::TargetMachine* target = bpf_target();
  if (target == nullptr) return failed("no BPF target in this LLVM");
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = policy_module(kPolicyAlone, {.contract = job.contract, .policy = job.policy}, context, stage);
  if (!module) return std::unexpected(module.error());
  (*module)->setDataLayout(target->createDataLayout());
  std::string error;
  if (stage == Stage::read) error = prepare_proof(**module, functions, kReadPasses);
  else {
    inline_helpers(**module, functions);
    optimise_for_run(**module, *target, functions);
    error = name_plainly(**module, functions);
  }
  if (!error.empty()) return failed(error);
  drop_barriers(**module);
  return bitcode_of(**module);
}

std::string bpf_abi_header(Stage stage) {
  const auto& headers = tasks::abi_headers();
  const auto header = std::ranges::find(headers, kAbi, &tasks::AbiHeader::path);
  if (header == headers.end()) return {};
  std::string text(header->text);
  for (const StandIn& each : kStandIns) {
    if (stage == Stage::read && each.from == kWideProduct) continue;
    int replaced = 0;
    for (auto at = text.find(each.from); at != text.npos; at = text.find(each.from), ++replaced) text.replace(at, each.from.size(), each.to);
    if (replaced != each.count) return {};
  }
  const auto begin = text.find(kNamespace);
  if (begin == text.npos || text.find("__builtin_trap") != text.npos) return {};
  return text.insert(begin + kNamespace.size(), kFunctions);
}

}  // namespace assay::verify::frontend
