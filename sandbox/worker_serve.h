#pragma once
// The serving process of a Worker: reads requests from a stream and answers them until the stream closes.

#include "sandbox/sanitized.h"
#include "sandbox/worker_template.h"

namespace assay::sandbox {

inline constexpr bool kLimitMemory = !kSanitized;  ///< shadow memory takes terabytes of addresses

/// Rlimits and seccomp, on the calling process.
Result<void> close_serving_layers(const TemplateJob& job);

/// Closes the last layers (rlimits, seccomp) and serves.
[[noreturn]] void serve_calls(const TemplateJob& job, int stream);

}  // namespace assay::sandbox
