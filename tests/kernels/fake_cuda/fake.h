#pragma once
// The part of CUDA's runtime that the worker calls, played by the host: a stream holds what is put into it until somebody waits for it, so
// that a wait that is missing shows; kernels are their twins.

#include <cstddef>

namespace assay::kernels::fake_cuda {

struct Fake {
  int major = 9, clock_khz = 1980000, devices = 1;
  std::size_t memory = std::size_t{1} << 30;  ///< bytes of the largest allocation
  int launch_error = 0;                       ///< what kernels answer when they are launched
  bool drops_writes = false;                  ///< kernels in graphs do nothing
  bool read_last = false;      ///< reading through memory was the last that was done to it
  int begun_after_reads = 0;   ///< events recorded while it was
  // What is there at the moment; all 0 when a device has gone.
  int allocations = 0, events = 0, streams = 0, graphs = 0;
};
Fake& fake();

}  // namespace assay::kernels::fake_cuda
