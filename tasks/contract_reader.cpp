#include "tasks/contract_reader.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <algorithm>
#include <set>

#include "tasks/declaration_reader.h"

namespace assay::tasks {
namespace {

constexpr char kMainPath[] = "/contract/main.cpp";

/// What Clang itself objects to.
class Complaints : public clang::DiagnosticConsumer {
 public:
  Complaints(Reading& reading, int last_line) : reading_(reading), last_line_(last_line) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override {
    clang::DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
    if (level == clang::DiagnosticsEngine::Note && elsewhere_) elsewhere_ = !place(diagnostic, reading_.problems.back());
    if (level < clang::DiagnosticsEngine::Error) return;
    llvm::SmallString<128> text;
    diagnostic.FormatDiagnostic(text);
    reading_.problems.push_back({last_line_, 1, text.str().str() + mend(text)});
    elsewhere_ = !place(diagnostic, reading_.problems.back());
  }

 private:
  /// False where Clang speaks of another file: the abi (a note then says where the contract led there), or the end.
  static bool place(const clang::Diagnostic& diagnostic, Problem& problem) {
    if (!diagnostic.hasSourceManager() || diagnostic.getLocation().isInvalid()) return false;
    const auto& sources = diagnostic.getSourceManager();
    const auto location = sources.getFileLoc(diagnostic.getLocation());
    if (sources.getFilename(location) != kContractPath) return false;
    problem.line = static_cast<int>(sources.getExpansionLineNumber(location));
    problem.column = static_cast<int>(sources.getExpansionColumnNumber(location));
    return true;
  }

  static std::string mend(llvm::StringRef text) {
    if (text.contains("file not found")) return "; a contract includes \"policies/abi/assay.h\" and nothing else";
    if (text.contains("unknown type name 'i64'")) return "; begin with #include \"policies/abi/assay.h\"";
    if (text.contains("function-like macro"))
      return "; write ASSAY_FIELD(\"unit\", min, max) after a field, ASSAY_RETURNS(\"unit\", min, max) after parameters";
    if (text.contains("unknown type name"))
      return "; use i64, f64, bool, a record defined above, or Array<T, N> of one of them";
    return "; a contract must be valid C++20";
  }

  Reading& reading_;
  int last_line_;
  bool elsewhere_ = false;  ///< the last problem has no place in the contract yet
};

class ReadAction : public clang::ASTFrontendAction {
 public:
  explicit ReadAction(Reading& reading) : reading_(reading) {}

 private:
  class Consumer : public clang::ASTConsumer {
   public:
    explicit Consumer(Reading& reading) : reading_(reading) {}
    void HandleTranslationUnit(clang::ASTContext& context) override {
      if (!context.getDiagnostics().hasErrorOccurred()) read_declarations(context, reading_);
    }

   private:
    Reading& reading_;
  };

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Consumer>(reading_);
  }

  Reading& reading_;
};

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files_with(const std::string& contract) {
  auto files = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const AbiHeader& header : abi_headers())
    files->addFile("/" + header.path, 0, llvm::MemoryBuffer::getMemBufferCopy(header.text));
  files->addFile(kContractPath, 0, llvm::MemoryBuffer::getMemBufferCopy(contract));
  files->addFile(kMainPath, 0, llvm::MemoryBuffer::getMemBufferCopy("#include \"policy.h\"\n"));
  return files;
}

/// Where Clang could not expand an annotation, what else it finds on that line comes from there.
void drop_what_follows_from_macros(std::vector<Problem>& problems) {
  const auto is_macro = [](const Problem& problem) { return problem.message.contains("function-like macro"); };
  std::set<int> lines;
  for (const Problem& problem : problems)
    if (is_macro(problem)) lines.insert(problem.line);
  std::erase_if(problems, [&](const Problem& problem) { return lines.contains(problem.line) && !is_macro(problem); });
}

/// The contract is read with annotations on and compiled with them off: nothing in it may depend on which it is.
void check_directives(const std::string& text, std::vector<Problem>& problems) {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    llvm::StringRef rest = lines[i].ltrim();
    if (!rest.consume_front("#")) continue;
    rest = rest.trim();
    if (rest == "pragma once" || rest.starts_with("include")) continue;
    const int column = static_cast<int>(lines[i].find('#')) + 1;
    problems.push_back({static_cast<int>(i) + 1, column,
                        "a contract has no directive but `#pragma once` and its include; write constants as "
                        "`constexpr i64 kName = ...;`"});
  }
}

}  // namespace

Reading parse_contract(const std::string& text) {
  Reading reading;
  Complaints complaints(reading, static_cast<int>(std::ranges::count(text, '\n')));
  clang::CompilerInstance compiler;
  compiler.createDiagnostics(&complaints, false);
  compiler.setVerboseOutputStream(llvm::nulls());
  const char* arguments[] = {"-x",  "c++", "-std=c++20", "-ffreestanding",       "-nostdsysteminc",
                             "-I/", "-w",  "-triple",    "x86_64-pc-linux-gnu",  "-DASSAY_READ_CONTRACT",
                             "-fsyntax-only", kMainPath};
  clang::CompilerInvocation::CreateFromArgs(compiler.getInvocation(), arguments, compiler.getDiagnostics());
  compiler.createFileManager(files_with(text));
  ReadAction action(reading);
  compiler.ExecuteAction(action);
  drop_what_follows_from_macros(reading.problems);
  check_directives(text, reading.problems);
  std::ranges::sort(reading.problems);
  return reading;
}

}  // namespace assay::tasks
