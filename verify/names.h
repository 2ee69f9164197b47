#pragma once
// Which words a policy may use as names, and which operators it has. Shared by the JSON reader, the rules and the screen.

#include <span>
#include <string_view>

namespace assay::verify {

/// Letters, digits and single underscores, not starting with a digit or an underscore, at most 64 characters, no word
/// of C++ and none of the harness's own ("assay...", "kReads...", "ASSAY...").
bool is_policy_name(std::string_view name);

bool is_cpp_keyword(std::string_view word);

bool is_unary_operator(std::string_view text);
bool is_binary_operator(std::string_view text);
bool is_comparison(std::string_view text);
bool is_logical(std::string_view text);
bool is_assignment(std::string_view text);

/// Nesting of statements and expressions together. Keeps every recursive walk, Clang's too, within its stack.
inline constexpr int kMaxDepth = 160;
/// Expressions, statements, parameters and functions of one policy.
inline constexpr std::size_t kMaxNodes = 50'000;

}  // namespace assay::verify
