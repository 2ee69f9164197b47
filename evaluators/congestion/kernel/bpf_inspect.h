#pragma once
// What an object may hold before libbpf and the kernel see it. The worker that wrote it has read a candidate's text, and this process
// has privileges that the worker has not.

#include <string>
#include <string_view>

#include "base/result.h"

namespace assay::evaluators::congestion {

/// By allowlist: an ELF file for BPF whose code lies in known sections, calls functions of its own and those helpers of the kernel
/// that the trusted texts call, and nothing else. The Error says what else it holds.
Result<void> inspect_object(std::string_view object);

}  // namespace assay::evaluators::congestion
