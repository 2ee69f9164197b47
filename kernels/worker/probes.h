#pragma once
// The small kernels around a timed run. C++20, no CUDA types.

#include <cstddef>
#include <cstdint>

namespace assay::kernels::worker {

/// One multiprocessor's clock at a moment of the whole device's time.
struct Stamp {
  std::uint32_t multiprocessor = 0, unused = 0;
  std::uint64_t cycles = 0, nanoseconds = 0;
};

/// Stamps of `blocks` blocks, wherever they run. Returns a cudaError_t.
int stamp(Stamp* stamps, int blocks, void* stream);
/// Reads all of it through the second-level cache. Requires: it is filled with one byte; aligned to 16 bytes, which `bytes` is a
/// multiple of.
int read_through(void* memory, std::size_t bytes, int multiprocessors, void* stream);
/// Keeps the device busy, so that what is enqueued meanwhile starts without a gap.
int spin(std::uint64_t nanoseconds, void* stream);

}  // namespace assay::kernels::worker
