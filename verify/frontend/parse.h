#pragma once
// From the candidate's text to a Policy: text screen, Clang's parser, and the allowlist over its AST.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "verify/ast.h"

namespace assay::verify::frontend {

struct Parsed {
  Policy policy;
  std::set<std::string> unfinished;  ///< functions with findings: their bodies are incomplete
  std::vector<Diagnostic> findings;
};

/// `with_text_screen`: false leaves the first wall out, so that tests can show that the second one holds by itself.
Parsed parse_candidate(std::string_view contract, std::string_view candidate, bool with_text_screen = true);

}  // namespace assay::verify::frontend
