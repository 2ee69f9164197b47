#pragma once
// What became of a candidate. Expected data: stored in the archive and fed back to the model.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay {

/// A sentence about a place in the candidate's own text, written so that a model can act on it.
struct Diagnostic {
  int line = 0;    ///< 1-based in the candidate's text; 0 when no place applies
  int column = 0;  ///< 1-based
  std::string message;
};

enum class OutcomeKind : std::uint8_t {
  ok,
  refused,             ///< not in the policy language, or does not parse
  compile_error,       ///< screened, yet Clang gave no code
  duplicate,           ///< same AST, same IR or same behaviour as an earlier candidate
  timeout,             ///< the parent's deadline passed
  memory,              ///< over a memory limit
  signal,              ///< died by a signal
  syscall_denied,      ///< asked the kernel for something outside the allowlist
  output_limit,        ///< wrote more decisions than the instance can have
  protocol_violation,  ///< its decisions break the rules of the domain
  abandoned,           ///< stopped early: could not become good enough
  no_completion,       ///< the provider gave nothing usable as a candidate
  nondeterministic,    ///< decided otherwise the second time, in a fresh jail at other addresses
  edit_failed,         ///< the completion's edits are malformed, do not apply to its parent or change nothing
  unmeasured,          ///< decided what there is no figure for: a table lacks it
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::ok;
  std::string detail;
  std::vector<Diagnostic> diagnostics;
};

std::string_view name_of(OutcomeKind kind);
std::optional<OutcomeKind> outcome_kind_named(std::string_view name);

/// A stage over a candidate: the next artefact, or the outcome that ended it.
template <class T>
using Attempt = std::expected<T, Outcome>;

inline std::unexpected<Outcome> ended(OutcomeKind kind, std::string detail, std::vector<Diagnostic> diagnostics = {}) {
  return std::unexpected(Outcome{kind, std::move(detail), std::move(diagnostics)});
}

}  // namespace assay
