#pragma once
// From a model's answer to a candidate's text.

#include <optional>
#include <string>
#include <string_view>

namespace assay::evolve {

/// The largest fenced block of C++ (or of no named language) of a markdown answer; the whole answer when it has no fence
/// and looks like code. `#include` lines go: the harness supplies the contract. Nothing when there is no code, or when
/// the last fence is open (the answer was cut off).
std::optional<std::string> extract_code(std::string_view answer);

}  // namespace assay::evolve
