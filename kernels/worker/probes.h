#pragma once
// The two small kernels around a timed run. C++20, no CUDA types.

#include <cstdint>

namespace assay::kernels::worker {

/// One multiprocessor's clock at a moment of the whole device's time.
struct Stamp {
  std::uint32_t multiprocessor = 0, unused = 0;
  std::uint64_t cycles = 0, nanoseconds = 0;
};

/// Stamps of `blocks` blocks, wherever they run. Returns a cudaError_t.
int stamp(Stamp* stamps, int blocks, void* stream);
/// Keeps the device busy, so that what is enqueued meanwhile starts without a gap.
int spin(std::uint64_t nanoseconds, void* stream);

}  // namespace assay::kernels::worker
