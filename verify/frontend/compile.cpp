#include "verify/frontend/compile.h"

#include <clang/Basic/Version.h>
#include <llvm/IR/LLVMContext.h>

#include <span>

#include "verify/frontend/embedded.h"
#include "verify/frontend/link.h"
#include "verify/frontend/module.h"
#include "verify/frontend/optimise.h"
#include "verify/frontend/precompiled.h"
#include "verify/frontend/session.h"
#include "verify/frontend/told.h"

namespace assay::verify::frontend {
namespace {

constexpr std::string_view kRunMain =
    "#include \"policies/abi/assay.h\"\n#include \"entry.h\"\n#include \"policy.h\"\n#include \"constants.h\"\n"
    "#include \"policy.cpp\"\n#include \"driver.cpp\"\n#include \"memory.h\"\n";
constexpr std::string_view kDriverMain =
    "#include \"policies/abi/assay.h\"\n#include \"entry.h\"\n#include \"policy.h\"\n#include \"constants.h\"\n"
    "#include \"driver.cpp\"\n#include \"memory.h\"\n";
constexpr std::string_view kPropertyMain =
    "#include \"policy.h\"\n#include \"policy.cpp\"\n#include \"policies/abi/property.h\"\n#include \"generated.h\"\n"
    "#include \"properties.cpp\"\n#include \"invariant.cpp\"\n";
constexpr std::string_view kPolicyMain = "#include \"policy.cpp\"\n";  // after the contract

/// What struct copies become. In assembly, so that no optimiser turns one into a call of itself.
constexpr std::string_view kMemory = R"(extern "C" {
void* memcpy(void* to, const void* from, decltype(sizeof 0) count) {
  void* start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
  return start;
}
void* memset(void* to, int value, decltype(sizeof 0) count) {
  void* start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
  return start;
}
void* memmove(void* to, const void* from, decltype(sizeof 0) count) {
  if ((u64)to - (u64)from >= count) return memcpy(to, from, count);
  unsigned char* last = (unsigned char*)to + count - 1;
  const unsigned char* last_from = (const unsigned char*)from + count - 1;
  __asm__ volatile("std\n\trep movsb\n\tcld" : "+D"(last), "+S"(last_from), "+c"(count) : : "memory");
  return to;
}
int memcmp(const void* a, const void* b, decltype(sizeof 0) count) {
  const unsigned char *x = (const unsigned char*)a, *y = (const unsigned char*)b;
  for (; count > 0; --count, ++x, ++y)
    if (*x != *y) return *x < *y ? -1 : 1;
  return 0;
}
}
)";

/// What UBSan can see in this language. Left out: function and vptr (no indirect calls, no virtual functions).
#define ASSAY_CHECKS                                                                                             \
  "alignment,array-bounds,bool,builtin,enum,float-cast-overflow,float-divide-by-zero,integer-divide-by-zero,"    \
  "nonnull-attribute,null,object-size,pointer-overflow,return,returns-nonnull-attribute,shift-base,"             \
  "shift-exponent,signed-integer-overflow,unreachable,vla-bound"

/// Of those, what has nothing to do with where a reference points to.
#define ASSAY_VALUE_CHECKS                                                                                       \
  "array-bounds,bool,builtin,enum,float-cast-overflow,float-divide-by-zero,integer-divide-by-zero,return,"       \
  "shift-base,shift-exponent,signed-integer-overflow,unreachable,vla-bound"

const std::vector<const char*>& run_arguments() {
  static const std::vector<const char*> arguments = {"-O2", "-mrelocation-model", "pic", "-pic-level", "2",
                                                     "-pic-is-pie", "-vectorize-loops", "-vectorize-slp"};
  return arguments;
}

/// Of optimised IR, where each policy is run few times: the better code of the higher levels costs more to make than it
/// saves.
constexpr llvm::CodeGenOptLevel kQuickLevel = llvm::CodeGenOptLevel::None;

const std::vector<const char*>& trap_arguments() {
  static const std::vector<const char*> arguments = {
      "-O0", "-disable-O0-optnone", "-mrelocation-model", "pic", "-pic-level", "2", "-pic-is-pie",
      "-fsanitize=" ASSAY_CHECKS, "-fsanitize-trap=" ASSAY_CHECKS};
  return arguments;
}

/// Checked code that is to be quick: a trap is there before the optimiser sees what it guards.
const std::vector<const char*>& quick_trap_arguments() {
  static const std::vector<const char*> arguments = {
      "-O2", "-mrelocation-model", "pic", "-pic-level", "2", "-pic-is-pie", "-fsanitize=" ASSAY_CHECKS, "-fsanitize-trap=" ASSAY_CHECKS};
  return arguments;
}

const std::vector<const char*>& value_trap_arguments() {
  static const std::vector<const char*> arguments = {
      "-O0", "-disable-O0-optnone", "-mrelocation-model", "pic", "-pic-level", "2", "-pic-is-pie",
      "-fsanitize=" ASSAY_VALUE_CHECKS, "-fsanitize-trap=" ASSAY_VALUE_CHECKS};
  return arguments;
}

const std::vector<const char*>& line_arguments() {
  static const std::vector<const char*> arguments = {"-debug-info-kind=line-tables-only", "-dwarf-version=5"};
  return arguments;
}

const std::vector<const char*>& debug_arguments(Detail detail) {
  static const std::vector<const char*> variables = {"-debug-info-kind=standalone", "-dwarf-version=5"};
  return detail == Detail::lines ? line_arguments() : variables;
}

Compiled<std::unique_ptr<llvm::Module>> module_of(std::span<const VirtualFile> files, const std::vector<const char*>& arguments,
                                                  llvm::LLVMContext& context) {
  Complaints complaints;
  return module_of(*make_compiler(arguments, files, complaints), complaints, context);
}

/// Of a policy alone.
Compiled<std::unique_ptr<llvm::Module>> policy_module(const CompileJob& job, const std::vector<const char*>& arguments,
                                                      llvm::LLVMContext& context) {
  Complaints complaints;
  const VirtualFile files[] = {{"main.cpp", kPolicyMain}, {"policy.cpp", job.policy}};
  return module_of(*make_compiler_after_contract(job.contract, arguments, files, complaints), complaints, context);
}

Compiled<std::unique_ptr<llvm::Module>> module_of(const CompileJob& job, std::string_view main,
                                                  const std::vector<const char*>& arguments,
                                                  llvm::LLVMContext& context) {
  const VirtualFile files[] = {{"main.cpp", main},           {"entry.h", entry_header()},    {"policy.h", job.contract},
                               {"constants.h", job.constants}, {"policy.cpp", job.policy}, {"driver.cpp", job.driver},
                               {"memory.h", kMemory},        {"policies/abi/property.h", property_header()},
                               {"policies/abi/table.h", table_header()}};
  return module_of(files, arguments, context);
}

Compiled<Image> laid_out(Image image, const std::vector<std::string_view>& objects) {
  auto flat = link_flat(objects, kLoadAddress, "assay_entry");
  if (!flat) return failed(flat.error());
  image.bytes = std::move(flat->bytes);
  image.entry_offset = flat->entry_offset;
  return image;
}

Compiled<std::string> proof_bitcode(llvm::Module& module, const std::vector<std::string>& functions, Detail detail) {
  const bool told = detail == Detail::variables;
  if (told) mark_assignments(module);
  if (std::string error = prepare_proof(module, functions, told ? kToldPasses : kProofPasses); !error.empty()) return failed(error);
  return bitcode_of(module);
}

std::vector<const char*> joined(std::vector<const char*> first, const std::vector<const char*>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

Compiled<Image> compile_image(const CompileJob& job, Mode mode) {
  const bool is_quick = mode != Mode::checked;
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = module_of(job, kRunMain, mode == Mode::run ? run_arguments() : is_quick ? quick_trap_arguments() : trap_arguments(), context);
  if (!module) return std::unexpected(module.error());
  auto* target = target_for(is_quick ? llvm::CodeGenOptLevel::Default : llvm::CodeGenOptLevel::None);
  if (target == nullptr) return failed("no x86-64 target in this LLVM");
  (*module)->setDataLayout(target->createDataLayout());
  is_quick ? optimise_for_run(**module, *target) : prepare_checked(**module);
  Image image;
  image.ir_digest = ir_digest(**module);
  const auto object = native_code(**module, *target);
  return laid_out(std::move(image), {{object.data(), object.size()}});
}

Compiled<std::string> compile_driver(const CompileJob& job) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = module_of(job, kDriverMain, run_arguments(), context);
  if (!module) return std::unexpected(module.error());
  auto* target = target_for(llvm::CodeGenOptLevel::Default);
  if (target == nullptr) return failed("no x86-64 target in this LLVM");
  optimise_for_run(**module, *target);
  const auto object = native_code(**module, *target);
  return std::string(object.data(), object.size());
}

Compiled<Image> compile_against(const CompileJob& job, const std::vector<std::string>& functions,
                                std::string_view driver_object, bool quick) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = policy_module(job, run_arguments(), context);
  if (!module) return std::unexpected(module.error());
  auto* target = target_for(quick ? kQuickLevel : llvm::CodeGenOptLevel::Default);
  if (target == nullptr) return failed("no x86-64 target in this LLVM");
  optimise_for_run(**module, *target, functions);
  Image image;
  image.ir_digest = ir_digest(**module);
  const auto object = native_code(**module, *target);
  return laid_out(std::move(image), {{object.data(), object.size()}, driver_object});
}

Compiled<std::string> lower_policy(const CompileJob& job, const std::vector<std::string>& functions, Detail detail) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = policy_module(job, joined(trap_arguments(), debug_arguments(detail)), context);
  if (!module) return std::unexpected(module.error());
  return proof_bitcode(**module, functions, detail);
}

Compiled<std::string> lower_optimised(const CompileJob& job, const std::vector<std::string>& functions) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  auto module = policy_module(job, joined(run_arguments(), line_arguments()), context);
  if (!module) return std::unexpected(module.error());
  auto* target = target_for(llvm::CodeGenOptLevel::Default);
  if (target == nullptr) return failed("no x86-64 target in this LLVM");
  inline_helpers(**module, functions);
  optimise_for_run(**module, *target, functions);
  if (std::string error = name_plainly(**module, functions); !error.empty()) return failed(error);
  return bitcode_of(**module);
}

Compiled<std::string> lower_properties(const PropertyJob& job, const std::vector<std::string>& functions, Detail detail) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  const VirtualFile files[] = {{"main.cpp", kPropertyMain},      {"policy.h", job.contract},
                               {"policy.cpp", job.policy},       {"policies/abi/property.h", property_header()},
                               {"generated.h", job.generated},   {"properties.cpp", job.properties},
                               {"invariant.cpp", job.invariant}, {"policies/abi/table.h", table_header()}};
  auto module = module_of(files, joined(value_trap_arguments(), debug_arguments(detail)), context);
  if (!module) return std::unexpected(module.error());
  return proof_bitcode(**module, functions, detail);
}

std::string describe_toolchain() {
  std::string text = clang::getClangFullVersion() + "\n";
  auto add = [&](const char* what, const std::vector<const char*>& arguments) {
    text += what;
    for (const char* argument : arguments) text.append(" ").append(argument);
    text += "\n";
  };
  add("common:", common_arguments());
  add("run:", run_arguments());
  add("checked:", trap_arguments());
  add("proof:", line_arguments());
  add("properties:", value_trap_arguments());
  text.append("run passes: internalize, default<O2>; quick: code generation at -O0\nproof passes: ").append(kProofPasses).append("\n");
  return text;
}

}  // namespace assay::verify::frontend
