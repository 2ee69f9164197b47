#pragma once
// The first wall: what is refused from the candidate's bytes and tokens alone, before any parser sees them.
//
// There are no strings, characters, line splices and directives in the language, so tokens can be told apart exactly by
// a scan of one page. The AST allowlist behind it does not rely on this one.

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace assay::verify::frontend {

inline constexpr std::size_t kMaxSourceBytes = 64 * 1024;
inline constexpr int kMaxBrackets = 200;
inline constexpr int kMaxTokensInStatement = 3000;
inline constexpr int kMaxElse = 500;

struct TextScreen {
  std::vector<Diagnostic> findings;
  std::string text;  ///< the candidate, with an allowed `#include "policy.h"` blanked out; same lines and columns
};

/// `has_doubles`: the contract may have an f64, so numbers with a point are the next wall's affair.
TextScreen screen_text(std::string_view candidate, bool has_doubles = false);

}  // namespace assay::verify::frontend
