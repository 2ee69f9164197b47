#pragma once
// One GPU of this machine. Without CUDA in the build there is none (no_cuda.cpp).

#include <memory>
#include <string>

#include "kernels/tile_order/arguments.h"
#include "kernels/worker/device.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {

/// Null, and `why`, where there is no such device or none that the kernels were built for.
std::unique_ptr<Device> make_cuda_device(int index, std::string& why);

/// Loads a cubin whose order of tiles is linked in as code, for this process and the current device. It may hang, fault or write anywhere
/// on the device: call it in a process of its own (cubin_process.h).
Done<OrderCode> load_cubin(const std::string& cubin, tile_order::Kernel kernel);

}  // namespace assay::kernels::worker
