#include "base/outcome.h"

#include <array>

namespace assay {
namespace {
constexpr std::array<std::string_view, 15> kNames = {
    "ok",     "refused",        "compile_error", "duplicate",          "timeout",   "memory",
    "signal", "syscall_denied", "output_limit",  "protocol_violation", "abandoned", "no_completion",
    "nondeterministic", "edit_failed", "unmeasured",
};
}  // namespace

std::string_view name_of(OutcomeKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::optional<OutcomeKind> outcome_kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<OutcomeKind>(i);
  return std::nullopt;
}

}  // namespace assay
