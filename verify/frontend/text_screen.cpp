#include "verify/frontend/text_screen.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace assay::verify::frontend {
namespace {

struct Mend {
  std::string_view word;
  std::string_view mend;
};

constexpr std::string_view kLoop = "use `for (i64 i = 0; i < N; i += 1)` with a bound that holds for every input";
constexpr std::string_view kTypes = "values are i64 or bool; write `i64`";
constexpr std::string_view kRecords = "use the records of the contract, and locals of type i64 or bool";
constexpr std::string_view kBranches = "use if/else and return";
constexpr std::string_view kPlain = "write plain functions over i64, bool and the contract's records";
constexpr std::string_view kLibrary = "there is no library beyond the contract's abi functions (min, max, clamp, abs, ...)";

/// Words that cannot begin or be part of anything in the language.
constexpr auto kWords = std::to_array<Mend>({
    {"alignas", kPlain},        {"alignof", kPlain},       {"asm", kPlain},          {"auto", kTypes},
    {"catch", kBranches},       {"char", kTypes},          {"char16_t", kTypes},     {"char32_t", kTypes},
    {"char8_t", kTypes},        {"class", kRecords},       {"co_await", kPlain},     {"co_return", kPlain},
    {"co_yield", kPlain},       {"concept", kPlain},       {"const_cast", "records that the contract gives as const are read-only"},
    {"consteval", kPlain},      {"constinit", kPlain},     {"decltype", kTypes},     {"delete", kRecords},
    {"do", kLoop},              {"double", kTypes},        {"dynamic_cast", kPlain}, {"enum", kRecords},
    {"explicit", kPlain},       {"export", kPlain},        {"extern", kPlain},       {"float", kTypes},
    {"friend", kPlain},         {"goto", kBranches},       {"import", kPlain},       {"int", kTypes},
    {"module", kPlain},         {"mutable", kPlain},       {"namespace", kPlain},    {"new", kRecords},
    {"noexcept", kPlain},       {"nullptr", "there are no pointers"},                {"operator", kPlain},
    {"private", kRecords},      {"protected", kRecords},   {"public", kRecords},     {"register", kPlain},
    {"reinterpret_cast", "there are no pointers"},         {"requires", kPlain},     {"short", kTypes},
    {"signed", kTypes},         {"sizeof", kPlain},        {"static_assert", kPlain}, {"std", kLibrary},
    {"struct", kRecords},       {"switch", kBranches},     {"template", kPlain},     {"this", kPlain},
    {"thread_local", kPlain},   {"throw", kBranches},      {"try", kBranches},       {"typedef", kTypes},
    {"typeid", kPlain},         {"typename", kPlain},      {"union", kRecords},      {"unsigned", kTypes},
    {"using", kPlain},          {"virtual", kPlain},       {"volatile", kPlain},     {"wchar_t", kTypes},
    {"while", kLoop},
});
static_assert(std::ranges::is_sorted(kWords, {}, &Mend::word));

constexpr auto kDigraphs = std::to_array<std::string_view>({"<%", "%>", "<:", ":>", "%:"});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Scan {
 public:
  Scan(std::string_view text, bool has_doubles) : text_(text), kept_(text), has_doubles_(has_doubles) {}

  TextScreen run() {
    if (text_.size() > kMaxSourceBytes)
      return {{{1, 1, "the text has " + std::to_string(text_.size()) + " bytes; at most " +
                          std::to_string(kMaxSourceBytes) + " are allowed"}}, {}};
    bytes();
    if (findings_.empty())
      while (at_ < text_.size()) token();
    return {std::move(findings_), std::move(kept_)};
  }

 private:
  void find(std::string message) {
    findings_.push_back({line_, static_cast<int>(at_ - line_start_) + 1, std::move(message)});
  }

  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void step(std::size_t count = 1) {
    for (; count > 0 && at_ < text_.size(); --count, ++at_)
      if (text_[at_] == '\n') ++line_, line_start_ = at_ + 1, line_has_token_ = false;
  }

  /// The whole text, comments too: nothing that a reader could see otherwise than a compiler does.
  void bytes() {
    for (; at_ < text_.size(); step()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte >= 0x80)
        find("a byte that is not ASCII; write plain ASCII, in comments too");
      else if ((byte < 0x20 || byte == 0x7f) && byte != '\n' && byte != '\t' && byte != '\r')
        find("a control character; remove it");
      else if (byte == '\\')
        find("a backslash; remove it");
      else
        continue;
      while (peek(1) != '\n' && at_ + 1 < text_.size()) step();  // one finding a line
    }
    at_ = line_start_ = 0, line_ = 1;
  }

  void token() {
    const char c = text_[at_];
    if (c == '\n' || is_blank(c)) return step();
    if (starts("//")) return line_comment();
    if (starts("/*")) return block_comment();
    if (c == '#') return directive();
    line_has_token_ = true;
    if (++tokens_ == kMaxTokensInStatement) find("this statement is too long; split it with locals");
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_word(c)) return word();
    punctuation(c);
  }

  void line_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') step();
  }

  void block_comment() {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) find("a comment that does not end; close it with */");
    step(end == std::string_view::npos ? text_.size() : end + 2 - at_);
  }

  /// Up to the line's end or a comment in slashes. A comment in stars is refused: the directive would go on behind it.
  void directive() {
    const std::size_t end = std::min({text_.find('\n', at_), text_.find("//", at_), text_.size()});
    std::string squeezed;
    for (std::size_t i = at_; i < end; ++i)
      if (!is_blank(text_[i])) squeezed += text_[i];
    const bool allowed = squeezed == "#include\"policy.h\"" && !line_has_token_;
    if (!allowed) find("a preprocessor directive; remove it (the contract is included already)");
    for (std::size_t i = at_; allowed && i < end; ++i) kept_[i] = ' ';
    step(end - at_);
  }

  /// A number of the preprocessor, with everything that sticks to it.
  void number() {
    const std::size_t begin = at_;
    std::size_t end = at_;
    auto more = [&](char c) {
      const char before = static_cast<char>(std::tolower(static_cast<unsigned char>(text_[end - 1])));
      return is_word(c) || c == '.' || (c == '\'' && end + 1 < text_.size() && is_word(text_[end + 1])) ||
             ((c == '+' || c == '-') && end > begin && (before == 'e' || before == 'p'));
    };
    for (++end; end < text_.size() && more(text_[end]); ++end) {
    }
    const std::string_view digits = text_.substr(begin, end - begin);
    const bool is_hex = digits.starts_with("0x") || digits.starts_with("0X");
    const bool is_real = digits.contains('.') || digits.find_first_of(is_hex ? "pP" : "eE") != std::string_view::npos;
    if (is_real && !has_doubles_)
      find("a floating-point number; use integers, scaled where fractions matter (x * 100 / y)");
    step(end - begin);
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    judge_word(name);
    if (name == "else" && ++elses_ == kMaxElse) find("too many `else`; shorten the policy");
    step(end - at_);
  }

  void judge_word(std::string_view name) {
    const auto found = std::ranges::lower_bound(kWords, name, {}, &Mend::word);
    const std::string quoted = "`" + std::string(name.substr(0, 64)) + "`";
    if (has_doubles_ && name == "double") return;
    if (has_doubles_ && name == "float")
      find("`float` is not in the policy language; write `f64`");
    else if (found != kWords.end() && found->word == name)
      find(quoted + " is not in the policy language; " + std::string(found->mend));
    else if (name[0] == '_' || name.contains("__") || name.starts_with("ASSAY") || name.starts_with("kReads"))
      find(quoted + " is a reserved name; choose another name");
    else if (name.size() > 64)
      find("a name of " + std::to_string(name.size()) + " characters; use at most 64");
  }

  void punctuation(char c) {
    for (std::string_view digraph : kDigraphs)
      if (starts(digraph)) return find_and_step("a digraph; write the plain bracket, or put a blank between", 2);
    if (starts("??") && std::string_view("=/'()!<>-").contains(peek(2)))
      return find_and_step("a trigraph; remove it", 3);
    if (starts("::")) return find_and_step("`::` is not in the policy language; " + std::string(kLibrary), 2);
    if (starts("->")) return find_and_step("`->` is not in the policy language; there are no pointers, use `.`", 2);
    if (starts("[") && next_token_after_bracket() == '[')
      return find_and_step("an attribute or a lambda; " + std::string(kPlain), 1);
    if (c == '"' || c == '\'') return quoted_text();
    if (c == '$' || c == '@' || c == '`') return find_and_step("a character that is not part of C++; remove it", 1);
    brackets(c);
    step();
  }

  char next_token_after_bracket() const {
    std::size_t next = at_ + 1;
    while (next < text_.size() && (is_blank(text_[next]) || text_[next] == '\n')) ++next;
    return next < text_.size() ? text_[next] : '\0';
  }

  void find_and_step(std::string message, std::size_t count) {
    find(std::move(message));
    step(count);
  }

  void quoted_text() {
    find("text and characters are not in the policy language; use numbers");
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::size_t closing = text_.find(text_[at_], at_ + 1);
    step((closing < end ? closing + 1 : end) - at_);
  }

  void brackets(char c) {
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if (c == ')' || c == ']' || c == '}') --depth_;
    if (depth_ > kMaxBrackets && !std::exchange(too_deep_, true))
      find("brackets nested deeper than " + std::to_string(kMaxBrackets) + "; split this with locals or helpers");
    if (c == ';' || c == '{' || c == '}') tokens_ = 0;
  }

  std::string_view text_;
  std::string kept_;
  bool has_doubles_;
  std::vector<Diagnostic> findings_;
  std::size_t at_ = 0, line_start_ = 0;
  int line_ = 1, depth_ = 0, tokens_ = 0, elses_ = 0;
  bool line_has_token_ = false, too_deep_ = false;
};

}  // namespace

TextScreen screen_text(std::string_view candidate, bool has_doubles) { return Scan(candidate, has_doubles).run(); }

}  // namespace assay::verify::frontend
