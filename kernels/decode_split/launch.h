#pragma once
// How the kernel is run: its twin on this machine's CPU, and the kernel itself where it was built with CUDA.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/common/twin.h"
#include "kernels/decode_split/arguments.h"
#include "kernels/decode_split/shape.h"

namespace assay::kernels::decode_split {

/// Bytes of device memory for partial results (partial_out, then partial_lse; plan.h); 0 where no sequence is split.
std::size_t workspace_bytes(const Shape& shape, int splits);

/// Thread blocks of the first kernel that an SM holds at once; its shared memory is what limits them.
///   shared_bytes_per_sm: of all blocks together; each takes 1 KiB beside its own
int resident_blocks(int head_dim, std::int64_t shared_bytes_per_sm);

/// Runs all of it on `threads` threads. Requires: arguments made for `splits`. Returns what checked mode found.
std::vector<std::string> run_twin(const Arguments& arguments, int splits, int threads, Twin mode);

/// Puts one or two kernels on `stream` (a cudaStream_t). Returns a cudaError_t. Only in builds with CUDA (kernel.cu).
int launch(const Arguments& arguments, int splits, void* stream);

}  // namespace assay::kernels::decode_split
