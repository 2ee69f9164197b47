#pragma once
// The three answers of a proof. There is no operator bool: Unknown must not read as a pass.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace assay {

struct Proved {
  std::uint64_t reached_points = 0;  ///< witnesses that the claim is reached; 0 means vacuous and is not accepted
};
struct Refuted {
  std::string counterexample;
};
struct Unknown {
  std::string reason;  ///< timeout, unsupported construct, precision lost
};
using Verdict = std::variant<Proved, Refuted, Unknown>;

inline std::string_view name_of(const Verdict& verdict) {
  if (std::holds_alternative<Proved>(verdict)) return "proved";
  if (std::holds_alternative<Refuted>(verdict)) return "refuted";
  return "unknown";
}

}  // namespace assay
