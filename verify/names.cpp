#include "verify/names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace assay::verify {
namespace {

constexpr auto kKeywords = std::to_array<std::string_view>({
    "alignas",   "alignof",      "and",          "and_eq",    "asm",          "auto",          "bitand",
    "bitor",     "bool",         "break",        "case",      "catch",        "char",          "char16_t",
    "char32_t",  "char8_t",      "class",        "co_await",  "co_return",    "co_yield",      "compl",
    "concept",   "const",        "const_cast",   "consteval", "constexpr",    "constinit",     "continue",
    "decltype",  "default",      "delete",       "do",        "double",       "dynamic_cast",  "else",
    "enum",      "explicit",     "export",       "extern",    "f64",          "false",         "final",         "float",
    "for",       "friend",       "goto",         "i64",       "if",           "import",        "inline",
    "int",       "long",         "main",         "module",    "mutable",      "namespace",     "new",
    "noexcept",  "not",          "not_eq",       "nullptr",   "operator",     "or",            "or_eq",
    "override",  "private",      "protected",    "public",    "register",     "reinterpret_cast", "requires",
    "return",    "short",        "signed",       "sizeof",    "static",       "static_assert", "static_cast",
    "std",       "struct",       "switch",       "template",  "this",         "thread_local",  "throw",
    "true",      "try",          "typedef",      "typeid",    "typename",     "typeof",        "u64",
    "union",     "unsigned",     "using",        "virtual",   "void",         "volatile",      "wchar_t",
    "while",     "xor",          "xor_eq",
});
static_assert(std::ranges::is_sorted(kKeywords));

constexpr auto kComparisons = std::to_array<std::string_view>({"<", "<=", ">", ">=", "==", "!="});
constexpr auto kArithmetic = std::to_array<std::string_view>({"+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"});
constexpr auto kAssignments =
    std::to_array<std::string_view>({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="});

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

bool is_cpp_keyword(std::string_view word) { return std::ranges::binary_search(kKeywords, word); }

bool is_policy_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || !std::ranges::all_of(name, is_word)) return false;
  if (std::isdigit(static_cast<unsigned char>(name[0])) != 0 || name[0] == '_' || name.contains("__")) return false;
  for (std::string_view reserved : {"assay", "ASSAY", "Assay", "kAssay", "kReads"})
    if (name.starts_with(reserved)) return false;
  return !is_cpp_keyword(name);
}

bool is_unary_operator(std::string_view text) { return text == "-" || text == "!" || text == "~"; }
bool is_comparison(std::string_view text) { return contains(kComparisons, text); }
bool is_logical(std::string_view text) { return text == "&&" || text == "||"; }
bool is_binary_operator(std::string_view text) {
  return contains(kArithmetic, text) || is_comparison(text) || is_logical(text);
}
bool is_assignment(std::string_view text) { return contains(kAssignments, text); }

}  // namespace assay::verify
