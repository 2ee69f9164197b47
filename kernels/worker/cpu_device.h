#pragma once
// Threads of this machine as a device: real timings of the kernels' CPU twins, never of a GPU.

#include <memory>

#include "kernels/worker/device.h"

namespace assay::kernels::worker {

/// Requires: threads >= 1; 0 takes all that the machine has.
std::unique_ptr<Device> make_cpu_device(int threads);

}  // namespace assay::kernels::worker
