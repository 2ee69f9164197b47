#include "verify/frontend/precompiled.h"

#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Serialization/ASTWriter.h>
#include <clang/Serialization/PCHContainerOperations.h>

#include <list>
#include <mutex>

namespace assay::verify::frontend {
namespace {

constexpr std::size_t kMostKept = 8;
constexpr std::string_view kPrefixFile = "contract.pch";

/// GeneratePCHAction, with the result in memory: the worker has no files.
class PrefixAction : public clang::ASTFrontendAction {
 public:
  /// Empty unless all of it was parsed.
  std::string take() const {
    return buffer_->IsComplete ? std::string(buffer_->Data.data(), buffer_->Data.size()) : std::string();
  }

 private:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    return std::make_unique<clang::PCHGenerator>(compiler.getPreprocessor(), compiler.getModuleCache(), kPrefixFile, "",
                                                 buffer_, llvm::ArrayRef<std::shared_ptr<clang::ModuleFileExtension>>());
  }
  clang::TranslationUnitKind getTranslationUnitKind() override { return clang::TU_Prefix; }
  bool hasASTFileSupport() const override { return false; }

  std::shared_ptr<clang::PCHBuffer> buffer_ = std::make_shared<clang::PCHBuffer>();
};

std::string precompile(std::string_view contract, std::span<const char* const> arguments) {
  Complaints complaints;
  const VirtualFile files[] = {{"policy.h", contract}};
  auto compiler = make_compiler(arguments, files, complaints);
  PrefixAction action;
  compiler->ExecuteAction(action);
  return complaints.list().empty() ? action.take() : std::string();
}

struct Kept {
  std::string key;
  std::shared_ptr<const std::string> prefix;  ///< null where the contract does not parse
};

std::shared_ptr<const std::string> precompiled(std::string_view contract, std::span<const char* const> arguments) {
  static std::mutex mutex;
  static std::list<Kept> kept;
  std::string key;
  for (const char* argument : arguments) key.append(argument).push_back('\0');
  key.append(contract);
  const std::lock_guard lock(mutex);
  for (const Kept& known : kept)
    if (known.key == key) return known.prefix;
  std::string prefix = precompile(contract, arguments);
  if (kept.size() >= kMostKept) kept.pop_front();
  kept.push_back({std::move(key), prefix.empty() ? nullptr : std::make_shared<const std::string>(std::move(prefix))});
  return kept.back().prefix;
}

}  // namespace

std::unique_ptr<clang::CompilerInstance> make_compiler_after_contract(std::string_view contract,
                                                                      std::span<const char* const> arguments,
                                                                      std::span<const VirtualFile> files, Complaints& complaints) {
  const auto prefix = precompiled(contract, arguments);
  std::vector<VirtualFile> all(files.begin(), files.end());
  all.push_back({"policy.h", contract});  // for places in it
  if (prefix != nullptr) all.push_back({std::string(kPrefixFile), *prefix});
  auto compiler = make_compiler(arguments, all, complaints);
  auto& options = compiler->getPreprocessorOpts();
  if (prefix == nullptr) {
    options.Includes.push_back("policy.h");
  } else {
    options.ImplicitPCHInclude = std::string(kRoot).append(kPrefixFile);
    // It was made in this process, by these arguments: there is nothing to compare it with.
    options.DisablePCHOrModuleValidation = clang::DisableValidationForModuleKind::All;
  }
  return compiler;
}

void begin_after_contract(clang::CompilerInstance& compiler) {
  if (compiler.getPreprocessorOpts().ImplicitPCHInclude.empty()) return;
  auto& preprocessor = compiler.getPreprocessor();
  preprocessor.getBuiltinInfo().initializeBuiltins(preprocessor.getIdentifierTable(), compiler.getLangOpts());
}

}  // namespace assay::verify::frontend
