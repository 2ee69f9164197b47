#include "verify/properties/lexical.h"

#include <clang/Basic/LangOptions.h>
#include <clang/Basic/SourceLocation.h>
#include <clang/Lex/Lexer.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <array>
#include <memory>

namespace assay::verify::properties {
namespace {

/// Words of C++ that could ask how the text is compiled, or leave what the proofs speak of.
constexpr std::array kRefused{"asm",    "template",     "requires", "concept", "consteval",   "constinit", "alignas",  "try",
                              "catch",  "throw",        "new",      "delete",  "typeid",      "dynamic_cast", "reinterpret_cast", "const_cast",
                              "goto",   "thread_local", "extern",   "volatile", "virtual",   "import", "module", "export"};

clang::LangOptions language() {
  clang::LangOptions options;
  options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = options.CPlusPlus20 = options.Digraphs = true;
  return options;
}

class Reader {
 public:
  explicit Reader(const std::string& text)
      : buffer_(llvm::MemoryBuffer::getMemBufferCopy(text, "properties.cpp")), options_(language()),
        lexer_(clang::SourceLocation(), options_, buffer_->getBufferStart(), buffer_->getBufferStart(), buffer_->getBufferEnd()) {}

  std::vector<LexicalProblem> read() {
    clang::Token token;
    do {
      lexer_.LexFromRawLexer(token);
      const unsigned end = lexer_.getCurrentBufferOffset();
      look(token, spelled(end - token.getLength(), token.getLength()), end - token.getLength());
    } while (token.isNot(clang::tok::eof));
    return std::move(problems_);
  }

 private:
  std::string spelled(std::size_t at, std::size_t length) const { return buffer_->getBuffer().substr(at, length).str(); }

  void problem(std::size_t at, const std::string& message) {
    const llvm::StringRef before = buffer_->getBuffer().take_front(at);
    const auto line = static_cast<int>(before.count('\n')) + 1;
    problems_.push_back({line, static_cast<int>(at - (before.rfind('\n') == llvm::StringRef::npos ? 0 : before.rfind('\n') + 1)) + 1, message});
  }

  void look(const clang::Token& token, const std::string& text, std::size_t at) {
    if (text.contains('\\') && token.isNot(clang::tok::eof) && !is_text(token)) problem(at, "a backslash outside of text in quotes; remove it");
    if (token.is(clang::tok::hash) && token.isAtStartOfLine()) return directive(at);
    if (token.is(clang::tok::hash) || token.is(clang::tok::hashhash)) return problem(at, "`#` inside a line; remove it");
    if (token.is(clang::tok::l_square) && previous_is_square_) problem(at, "an attribute; remove it");
    previous_is_square_ = token.is(clang::tok::l_square);
    if (token.is(clang::tok::raw_identifier)) identifier(text, at);
  }

  static bool is_text(const clang::Token& token) {
    return clang::tok::isStringLiteral(token.getKind()) || token.is(clang::tok::char_constant);
  }

  /// Takes the rest of the line's tokens.
  void directive(std::size_t at) {
    clang::Token word;
    lexer_.LexFromRawLexer(word);
    const std::string name = spelled(lexer_.getCurrentBufferOffset() - word.getLength(), word.getLength());
    if (!word.is(clang::tok::raw_identifier) || name != "include") {
      problem(at, "the only directive is #include: the text is compiled in several ways and must say the same in each; remove #" + name);
      if (word.isAtStartOfLine()) look(word, name, lexer_.getCurrentBufferOffset() - word.getLength());
    }
  }

  void identifier(const std::string& name, std::size_t at) {
    if (std::ranges::find(kRefused, name) != kRefused.end()) return problem(at, "`" + name + "` is not a word of properties; write without it");
    const bool is_of_compiler = name.starts_with("__") || (name.size() > 1 && name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z');
    const bool is_ours = (name.starts_with("assay") || name.starts_with("Assay") || name.starts_with("ASSAY") || name.starts_with("kAssay")) && name != "ASSAY_PROPERTY";
    if (is_of_compiler || is_ours) problem(at, "names such as `" + name + "` are the compiler's and ours; choose another");
  }

  std::unique_ptr<llvm::MemoryBuffer> buffer_;
  clang::LangOptions options_;
  clang::Lexer lexer_;
  bool previous_is_square_ = false;
  std::vector<LexicalProblem> problems_;
};

}  // namespace

std::vector<LexicalProblem> lexical_problems(const std::string& text) { return Reader(text).read(); }

}  // namespace assay::verify::properties
