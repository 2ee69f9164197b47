#include "verify/frontend/module.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/FrontendAction.h>

#include "verify/frontend/precompiled.h"

namespace assay::verify::frontend {
namespace {

/// Clang's AST to an unoptimised module, without the backend that CodeGenAction would set up each time.
class ModuleAction : public clang::ASTFrontendAction {
 public:
  explicit ModuleAction(llvm::LLVMContext& context) : context_(context) {}
  std::unique_ptr<llvm::Module> take() { return std::move(module_); }

 private:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
    generator_ = clang::CreateLLVMCodeGen(compiler.getDiagnostics(), "policy", &compiler.getVirtualFileSystem(),
                                          compiler.getHeaderSearchOpts(), compiler.getPreprocessorOpts(),
                                          compiler.getCodeGenOpts(), context_);
    return std::unique_ptr<clang::ASTConsumer>(generator_);
  }

  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    begin_after_contract(compiler);
    return true;
  }

  void EndSourceFileAction() override {
    if (!getCompilerInstance().getDiagnostics().hasErrorOccurred()) module_.reset(generator_->ReleaseModule());
  }

  llvm::LLVMContext& context_;
  clang::CodeGenerator* generator_ = nullptr;
  std::unique_ptr<llvm::Module> module_;
};

std::vector<CompileError> errors_of(const Complaints& complaints) {
  std::vector<CompileError> errors;
  for (const Complaint& complaint : complaints.list())
    errors.push_back({complaint.file, complaint.line, complaint.column, complaint.message});
  if (errors.empty()) errors.push_back({"", 0, 0, "Clang gave no code and no reason"});
  return errors;
}

}  // namespace

std::unexpected<std::vector<CompileError>> failed(std::string message) {
  return std::unexpected(std::vector<CompileError>{{"policy.cpp", 0, 0, std::move(message)}});
}

Compiled<std::unique_ptr<llvm::Module>> module_of(clang::CompilerInstance& compiler, const Complaints& complaints,
                                                  llvm::LLVMContext& context) {
  ModuleAction action(context);
  compiler.ExecuteAction(action);
  auto module = action.take();
  if (module == nullptr) return std::unexpected(errors_of(complaints));
  return module;
}

}  // namespace assay::verify::frontend
