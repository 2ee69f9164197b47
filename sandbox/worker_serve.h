#pragma once
// The serving process of a Worker: reads requests from a stream and answers them until the stream closes.

#include "sandbox/worker_template.h"

namespace assay::sandbox {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kLimitMemory = false;  // shadow memory takes terabytes of addresses
#else
inline constexpr bool kLimitMemory = true;
#endif

/// Rlimits and seccomp, on the calling process.
Result<void> close_serving_layers(const TemplateJob& job);

/// Closes the last layers (rlimits, seccomp) and serves.
[[noreturn]] void serve_calls(const TemplateJob& job, int stream);

}  // namespace assay::sandbox
