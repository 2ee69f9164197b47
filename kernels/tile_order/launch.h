#pragma once
// Runs tile_order: on any machine by its twin, on a GPU by its kernels. C++20, no CUDA types.

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/common/twin.h"
#include "kernels/tile_order/arguments.h"
#include "kernels/tile_order/shape.h"

namespace assay::kernels::tile_order {

/// Beside inputs and output: none.
constexpr std::size_t workspace_bytes(const Shape&) { return 0; }

/// The kernel on the CPU. Returns what checked mode found; fast mode finds nothing.
/// Requires: arguments.order; pointers to the whole of each array of arguments.h.
std::vector<std::string> run_twin(const Arguments& arguments, Kernel kernel, int threads, Twin mode);

/// Launches it on `stream` (a cudaStream_t; null is the default one) and returns a cudaError_t. Does not wait. Only with CUDA.
/// Requires: arguments.order; pointers to the current device's memory.
int launch(const Arguments& arguments, Kernel kernel, void* stream);

}  // namespace assay::kernels::tile_order
