#pragma once
// Runs moe_select: on any machine by its twin, on a GPU by its kernels. C++20, no CUDA types.

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/common/twin.h"
#include "kernels/moe_select/arguments.h"
#include "kernels/moe_select/shape.h"

namespace assay::kernels::moe_select {

/// Beside inputs, plan and output: none.
constexpr std::size_t workspace_bytes(const Shape&, int) { return 0; }

/// The kernel on the CPU. Returns what checked mode found; fast mode finds nothing.
/// Requires: 0 <= action < kVariantCount; pointers to the whole of each array of arguments.h.
std::vector<std::string> run_twin(const Arguments& arguments, int action, int threads, Twin mode);

/// Launches it on `stream` (a cudaStream_t; null is the default one) and returns a cudaError_t. Does not wait. Only with CUDA.
/// Requires: 0 <= action < kVariantCount; pointers to the current device's memory.
int launch(const Arguments& arguments, int action, void* stream);

}  // namespace assay::kernels::moe_select
