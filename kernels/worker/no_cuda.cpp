// In the place of cuda_device.cu and of the kernels of each task where Assay is built without CUDA.

#include "kernels/decode_split/launch.h"
#include "kernels/moe_select/launch.h"
#include "kernels/tile_order/launch.h"
#include "kernels/worker/cuda_device.h"

namespace assay::kernels {
namespace {

constexpr int kNoDevice = 100;  // cudaErrorNoDevice

}  // namespace

int decode_split::launch(const Arguments&, int, void*) { return kNoDevice; }
int moe_select::launch(const Arguments&, int, void*) { return kNoDevice; }
int tile_order::launch(const Arguments&, Kernel, void*) { return kNoDevice; }

namespace worker {

std::unique_ptr<Device> make_cuda_device(int, std::string& why) {
  why = "this worker was built without CUDA (cmake -DASSAY_CUDA=ON)";
  return nullptr;
}

Done<OrderCode> load_cubin(const std::string&, tile_order::Kernel) { return failed(Kind::no_device, "this worker was built without CUDA"); }

}  // namespace worker
}  // namespace assay::kernels
