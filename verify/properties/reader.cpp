// properties.cpp, read by Clang in process: trusted text, as the contract is.

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "verify/frontend/embedded.h"
#include "verify/frontend/session.h"
#include "verify/properties/invariant.h"
#include "verify/properties/lexical.h"
#include "verify/properties/properties.h"

namespace assay::verify::properties {
namespace {

constexpr char kFile[] = "/policy/properties.cpp";
constexpr std::string_view kMain =
    "#include \"policy.h\"\n#include \"policies/abi/property.h\"\n#include \"generated.h\"\n#include \"properties.cpp\"\n";

struct Problem {
  int line = 0, column = 0;
  std::string message;
  auto operator<=>(const Problem&) const = default;
};

struct Reading {
  PropertySet set;
  std::vector<Problem> problems;
};

std::string one_paragraph(llvm::StringRef text) {
  std::string joined;
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n', -1, false);
  for (llvm::StringRef line : lines) {
    line = line.trim();
    if (!line.empty()) joined += (joined.empty() ? "" : " ") + line.str();
  }
  return joined;
}

/// One declaration of the text: where its words stand, in the order of the text.
class BodyReader {
 public:
  BodyReader(clang::ASTContext& context, Reading& reading) : context_(context), reading_(reading) {}

  bool claims() const { return claims_; }
  TableWord table() const { return tables_ == 1 ? table_ : TableWord::none; }

  void read(const clang::Decl& decl) {
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&decl)) return read(function->getBody());
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(&decl)) return taking(variable->getNameAsString(), variable->getInit());
    if (const auto* group = llvm::dyn_cast<clang::DeclContext>(&decl))
      for (const clang::Decl* each : group->decls()) read(*each);
  }

 private:
  void read(const clang::Stmt* at) {
    if (at == nullptr) return;
    if (const auto* locals = llvm::dyn_cast<clang::DeclStmt>(at)) {
      for (const clang::Decl* local : locals->decls()) read(*local);
      return;
    }
    if (const auto* operation = llvm::dyn_cast<clang::BinaryOperator>(at); operation != nullptr && operation->isAssignmentOp())
      return parts_taking(source_of(*operation->getLHS()), *at);
    if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(at); call != nullptr && call->isAssignmentOp())  // of a record
      return parts_taking(source_of(*call->getArg(0)), *at);
    const bool is_loop = llvm::isa<clang::ForStmt, clang::WhileStmt, clang::DoStmt, clang::CXXForRangeStmt>(at);
    loops_ += is_loop;
    if (const auto* call = llvm::dyn_cast<clang::CallExpr>(at)) read_call(*call);
    parts(*at);
    loops_ -= is_loop;
  }

  void parts(const clang::Stmt& at) {
    for (const clang::Stmt* part : at.children()) read(part);
  }

  void parts_taking(std::string taker, const clang::Stmt& at) {
    const std::string before = std::exchange(taker_, std::move(taker));
    parts(at);
    taker_ = before;
  }

  void taking(std::string taker, const clang::Stmt* value) {
    const std::string before = std::exchange(taker_, std::move(taker));
    read(value);
    taker_ = before;
  }

  void read_call(const clang::CallExpr& call) {
    const clang::FunctionDecl* callee = call.getDirectCallee();
    if (callee == nullptr || callee->getIdentifier() == nullptr) return;
    const llvm::StringRef name = callee->getName();
    const auto file = file_of(callee->getLocation());
    if (file == kFile) claims_ = true;  // a helper of the text: it may hold the claim
    Word word = place_of(call);
    if (file.ends_with("policies/abi/table.h") && name.starts_with("prove_")) {
      if (loops_ > 0) problem(call.getBeginLoc(), "`" + name.str() + "` in a loop; it has `any`s: one for each property");
      return read_table_word(name, std::move(word));
    }
    if (!file.ends_with("policies/abi/property.h")) return;
    if (name == "any" || name == "any_in") {
      std::ranges::replace_if(taker_, [](char c) { return c == '|' || c == '\\' || c == '"'; }, '_');  // names of inputs are quoted
      word.text = taker_.empty() ? "a value of line " + std::to_string(word.line) : taker_;
      if (loops_ > 0) problem(call.getBeginLoc(), "`any` in a loop; it stands for one value: choose before the loop, once for each use");
      reading_.set.choices.push_back(std::move(word));
    } else if (name == "prove") {
      claims_ = true;
      word.text = call.getNumArgs() > 0 ? source_of(*call.getArg(0)) : "";
      reading_.set.claims.push_back(std::move(word));
    }
  }

  /// It has `any`s of its own: its ids.
  void read_table_word(llvm::StringRef name, Word word) {
    claims_ = true;
    ++tables_;
    table_ = name == "prove_each_once" ? TableWord::each_once : TableWord::in_table;
    word.text = "id";
    reading_.set.choices.push_back(word);
    word.text = name.str();
    reading_.set.claims.push_back(std::move(word));
  }

  std::string source_of(const clang::Expr& expression) const { return one_paragraph(text_of(expression.getSourceRange())); }

  llvm::StringRef file_of(clang::SourceLocation place) const {
    const auto& sources = context_.getSourceManager();
    return sources.getFilename(sources.getFileLoc(place));
  }

  std::string text_of(clang::SourceRange range) const {
    return clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(range), context_.getSourceManager(),
                                       context_.getLangOpts()).str();
  }

  /// What __builtin_LINE and __builtin_COLUMN say in the word's default arguments.
  Word place_of(const clang::CallExpr& call) const {
    clang::SourceLocation place = call.getBeginLoc();
    for (const clang::Expr* argument : call.arguments())
      if (const auto* implied = llvm::dyn_cast<clang::CXXDefaultArgExpr>(argument)) place = implied->getUsedLocation();
    const auto& sources = context_.getSourceManager();
    const auto presumed = sources.getPresumedLoc(sources.getExpansionRange(place).getEnd());
    return {static_cast<int>(presumed.getLine()), static_cast<int>(presumed.getColumn()), ""};
  }

  void problem(clang::SourceLocation place, std::string message) {
    const auto& sources = context_.getSourceManager();
    const auto at = sources.getFileLoc(place);
    reading_.problems.push_back({static_cast<int>(sources.getExpansionLineNumber(at)),
                                 static_cast<int>(sources.getExpansionColumnNumber(at)), std::move(message)});
  }

  clang::ASTContext& context_;
  Reading& reading_;
  std::string taker_;  ///< what the value of the expression at hand goes to
  int loops_ = 0, tables_ = 0;
  TableWord table_ = TableWord::none;
  bool claims_ = false;
};

class TextReader {
 public:
  TextReader(clang::ASTContext& context, Reading& reading) : context_(context), sources_(context.getSourceManager()), reading_(reading) {}

  void read() {
    for (clang::Decl* decl : context_.getTranslationUnitDecl()->decls())
      if (!decl->isImplicit() && sources_.getFilename(sources_.getFileLoc(decl->getLocation())) == kFile) read(*decl);
    if (reading_.set.properties.empty() && reading_.problems.empty())
      reading_.problems.push_back({1, 1, "no property in it; write `ASSAY_PROPERTY(name, required) { ... }`, or remove the file"});
  }

 private:
  void problem(const clang::Decl& decl, std::string message) {
    const auto place = sources_.getFileLoc(decl.getLocation());
    reading_.problems.push_back({static_cast<int>(sources_.getExpansionLineNumber(place)),
                                 static_cast<int>(sources_.getExpansionColumnNumber(place)), std::move(message)});
  }

  void read(clang::Decl& decl) {
    auto* function = llvm::dyn_cast<clang::FunctionDecl>(&decl);
    BodyReader body(context_, reading_);
    body.read(decl);
    if (function == nullptr) return;
    if (const auto* mark = function->getAttr<clang::AnnotateAttr>(); mark != nullptr && mark->getAnnotation() == "assay.property")
      read_property(*function, *mark, body);
    else if (function->getNameAsString().starts_with("assay"))
      problem(decl, "names that begin with assay are taken; choose another");
  }

  static std::string argument(const clang::AnnotateAttr& mark, unsigned index) {
    if (mark.args_size() <= index) return "";
    const auto* text = llvm::dyn_cast<clang::StringLiteral>(mark.args_begin()[index]->IgnoreParenImpCasts());
    return text == nullptr ? "" : text->getString().str();
  }

  void read_property(const clang::FunctionDecl& function, const clang::AnnotateAttr& mark, const BodyReader& body) {
    Property property;
    property.name = argument(mark, 0);
    property.line = static_cast<int>(sources_.getExpansionLineNumber(sources_.getExpansionLoc(function.getLocation())));
    const std::string what = "property " + property.name, level = argument(mark, 1);
    if (!function.isThisDeclarationADefinition()) return problem(function, what + " has no body; write one in braces");
    if (const clang::RawComment* comment = comment_above(function))
      property.doc = one_paragraph(comment->getFormattedText(sources_, context_.getDiagnostics()));
    if (property.doc.empty())
      problem(function, what + " has no comment; say above it, after ///, what it claims: people and models read it");
    const auto known = {Level::required, Level::preferred, Level::info};
    const auto found = std::ranges::find(known, level, [](Level each) { return name_of(each); });
    if (found == known.end()) problem(function, what + " has the level `" + level + "`; use required, preferred or info");
    else property.level = *found;
    property.table = body.table();
    if (!body.claims()) problem(function, what + " claims nothing; give it a prove(...)");
    property.text = text_of(function);
    reading_.set.properties.push_back(std::move(property));
  }

  /// Clang does not tie a comment to a declaration that a macro makes: take the one that ends on the line before.
  const clang::RawComment* comment_above(const clang::FunctionDecl& function) const {
    const auto place = sources_.getExpansionLoc(function.getBeginLoc());
    const auto* comments = context_.Comments.getCommentsInFile(sources_.getFileID(place));
    const unsigned line = sources_.getExpansionLineNumber(place);
    if (comments == nullptr) return nullptr;
    for (const auto& [offset, comment] : *comments)
      if (comment->isDocumentation() && sources_.getSpellingLineNumber(comment->getEndLoc()) + 1 == line) return comment;
    return nullptr;
  }

  std::string text_of(const clang::FunctionDecl& function) const {
    const auto begin = sources_.getExpansionLoc(function.getBeginLoc()), end = sources_.getExpansionLoc(function.getEndLoc());
    return clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(begin, end), sources_, context_.getLangOpts()).str();
  }

  clang::ASTContext& context_;
  const clang::SourceManager& sources_;
  Reading& reading_;
};

class ReadAction : public clang::ASTFrontendAction {
 public:
  explicit ReadAction(Reading& reading) : reading_(reading) {}

 private:
  class Consumer : public clang::ASTConsumer {
   public:
    explicit Consumer(Reading& reading) : reading_(reading) {}
    void HandleTranslationUnit(clang::ASTContext& context) override {
      if (!context.getDiagnostics().hasErrorOccurred()) TextReader(context, reading_).read();
    }

   private:
    Reading& reading_;
  };

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Consumer>(reading_);
  }

  Reading& reading_;
};

std::string mend(llvm::StringRef message) {
  if (message.contains("file not found")) return "; properties.cpp includes \"policies/abi/property.h\", \"policies/abi/table.h\" and \"policy.h\", nothing else";
  if (message.contains("redefinition")) return "; give each property a name of its own";
  if (message.contains("undeclared") || message.contains("unknown type"))
    return "; it may use the contract, policies/abi/assay.h and policies/abi/property.h";
  return "; properties.cpp must be valid C++20";
}

std::string listed(std::vector<Problem> problems, const std::string& path) {
  std::ranges::sort(problems);
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += path + ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column) + ": " + problem.message;
  }
  return text;
}

/// Each part goes in with its length, so that text cannot move from one to the next unnoticed.
Digest digest_of(const std::string& text) {
  std::string all = std::to_string(text.size()) + '\n' + text + std::string(frontend::property_header());
  if (text.contains("policies/abi/table.h")) all += frontend::table_header();
  return sha256(all);
}

}  // namespace

Result<PropertySet> read_properties(const tasks::Contract& contract, const std::string& text, const std::string& path) {
  Reading reading;
  reading.set.path = path;
  reading.set.text = text;
  reading.set.digest = digest_of(text);
  for (LexicalProblem& problem : lexical_problems(text)) reading.problems.push_back({problem.line, problem.column, std::move(problem.message)});
  if (!reading.problems.empty()) return fail(listed(std::move(reading.problems), path));
  const std::string generated = assume_invariant_text(contract, false);
  const frontend::VirtualFile files[] = {{"main.cpp", kMain}, {"policy.h", contract.text}, {"properties.cpp", text}, {"generated.h", generated},
                                         {"policies/abi/property.h", frontend::property_header()},
                                         {"policies/abi/table.h", frontend::table_header()}};
  frontend::Complaints complaints;
  auto compiler = frontend::make_compiler(std::vector<const char*>{"-fsyntax-only", "-DASSAY_READ_PROPERTIES"}, files, complaints);
  ReadAction action(reading);
  compiler->ExecuteAction(action);
  for (const frontend::Complaint& complaint : complaints.list())
    reading.problems.push_back({complaint.file == "properties.cpp" ? complaint.line : 1, complaint.file == "properties.cpp" ? complaint.column : 1,
                                complaint.message + mend(complaint.message)});
  if (!reading.problems.empty()) return fail(listed(std::move(reading.problems), path));
  return std::move(reading.set);
}

Result<PropertySet> load_properties(const tasks::Contract& contract) {
  const auto path = std::filesystem::path(contract.path).parent_path() / "properties.cpp";
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return PropertySet{};
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return read_properties(contract, *text, path.string());
}

}  // namespace assay::verify::properties
