#pragma once
// The texts of evolve/prompts/*.md, inside the program (evolve/CMakeLists.txt).

#include <span>
#include <string_view>

namespace assay::evolve {

struct PromptText {
  std::string_view name;  ///< "proposal" of proposal.md
  std::string_view text;
};

std::span<const PromptText> prompt_texts();

}  // namespace assay::evolve
