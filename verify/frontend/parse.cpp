#include "verify/frontend/parse.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/Frontend/FrontendAction.h>

#include <algorithm>

#include "verify/frontend/precompiled.h"
#include "verify/frontend/session.h"
#include "verify/frontend/text_screen.h"
#include "verify/frontend/translate.h"

namespace assay::verify::frontend {
namespace {

constexpr std::string_view kMain = "#include \"candidate.cpp\"\n";
constexpr std::size_t kMaxFindings = 20;

class TranslateAction : public clang::ASTFrontendAction {
 public:
  explicit TranslateAction(Parsed& parsed) : parsed_(parsed) {}

 private:
  class Consumer : public clang::ASTConsumer {
   public:
    explicit Consumer(Parsed& parsed) : parsed_(parsed) {}
    void HandleTranslationUnit(clang::ASTContext& context) override {
      if (!context.getDiagnostics().hasErrorOccurred()) translate_unit(context, parsed_);
    }

   private:
    Parsed& parsed_;
  };

  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    begin_after_contract(compiler);
    return true;
  }

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Consumer>(parsed_);
  }

  Parsed& parsed_;
};

/// Clang's words about the candidate's own text; of any other file only that something is wrong. What is missing at the
/// candidate's end shows in the file that includes it.
Diagnostic diagnostic_of(const Complaint& complaint, std::string_view candidate) {
  if (complaint.file == "candidate.cpp") return {complaint.line, complaint.column, complaint.message};
  if (complaint.file == "main.cpp") {
    const auto end = candidate.find_last_not_of(" \t\r\n");
    const std::string_view text = candidate.substr(0, end == candidate.npos ? 0 : end + 1);
    const auto line = 1 + static_cast<int>(std::ranges::count(text, '\n'));
    const auto column = static_cast<int>(text.size() - (text.rfind('\n') + 1)) + 1;
    return {line, column, "the text ends here, but " + complaint.message};
  }
  return {0, 0, "does not parse: " + complaint.message};
}

/// Comments count too: what passes the first wall for that is refused by the second.
bool may_have_doubles(std::string_view contract) { return contract.contains("f64") || contract.contains("double"); }

void tidy(std::vector<Diagnostic>& findings) {
  std::ranges::stable_sort(findings, [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  if (findings.size() > kMaxFindings) findings.resize(kMaxFindings);
}

}  // namespace

Parsed parse_candidate(std::string_view contract, std::string_view candidate, bool with_text_screen) {
  Parsed parsed;
  TextScreen screened{{}, std::string(candidate)};
  if (with_text_screen) screened = screen_text(candidate, may_have_doubles(contract));
  parsed.findings = std::move(screened.findings);
  if (parsed.findings.empty()) {
    Complaints complaints;
    const char* arguments[] = {"-fsyntax-only", "-fconstexpr-steps=20000", "-ftemplate-depth=32",
                               "-ferror-limit", "20"};
    const VirtualFile files[] = {{"main.cpp", kMain}, {"candidate.cpp", screened.text}};
    auto compiler = make_compiler_after_contract(contract, arguments, files, complaints);
    TranslateAction action(parsed);
    compiler->ExecuteAction(action);
    for (const Complaint& complaint : complaints.list()) parsed.findings.push_back(diagnostic_of(complaint, candidate));
  }
  tidy(parsed.findings);
  return parsed;
}

}  // namespace assay::verify::frontend
