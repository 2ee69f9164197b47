// Orders as code. The driver's interface is asked for through the runtime: nothing links against libcuda, which only machines with a driver
// have. Never run on a machine without a GPU.

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <memory>
#include <string>

#include "kernels/tile_order/kernel.h"
#include "kernels/worker/cuda_device.h"

namespace assay::kernels::worker {
namespace {

constexpr unsigned kDriverVersion = 12000;  ///< whose meaning of each function is asked for

template <class Function>
Function* driver_function(const char* name) {
  void* found = nullptr;
  cudaDriverEntryPointQueryResult result{};
  const cudaError_t error = cudaGetDriverEntryPointByVersion(name, &found, kDriverVersion, cudaEnableDefault, &result);
  return error == cudaSuccess && result == cudaDriverEntryPointSuccess ? reinterpret_cast<Function*>(found) : nullptr;
}

std::unexpected<Failure> refused(const char* what, CUresult error) {
  return failed(Kind::cubin_refused, std::string(what) + " returned " + std::to_string(static_cast<int>(error)));
}

}  // namespace

Done<OrderCode> load_cubin(const std::string& cubin, tile_order::Kernel kernel) {
  const auto load = driver_function<decltype(cuModuleLoadData)>("cuModuleLoadData");
  const auto find = driver_function<decltype(cuModuleGetFunction)>("cuModuleGetFunction");
  const auto set = driver_function<decltype(cuFuncSetAttribute)>("cuFuncSetAttribute");
  const auto start = driver_function<decltype(cuLaunchKernel)>("cuLaunchKernel");
  if (load == nullptr || find == nullptr || set == nullptr || start == nullptr) return failed(Kind::cubin_refused, "the driver lacks a function to load cubins with");
  cudaFree(nullptr);  // makes the context that the module is loaded into
  const bool attention = kernel == tile_order::Kernel::prefill;
  const int bytes = attention ? tile_order::Prefill::kSharedBytes : tile_order::GemmTile::kSharedBytes;
  const unsigned threads = attention ? tile_order::Prefill::kThreads : tile_order::GemmTile::kThreads;
  CUmodule module = nullptr;
  CUfunction function = nullptr;
  // An ELF says its own length, and the driver is given no other: cut off, it would be read beyond its end.
  if (cubin.size() < 64 || cubin.compare(0, 4, "\x7f" "ELF") != 0) return failed(Kind::cubin_refused, "it is no ELF");
  const std::string padded = cubin + std::string(1 << 20, '\0');
  if (const CUresult error = load(&module, padded.data()); error != CUDA_SUCCESS) return refused("cuModuleLoadData", error);
  if (const CUresult error = find(&function, module, attention ? "assay_prefill_ordered" : "assay_gemm_ordered"); error != CUDA_SUCCESS) return refused("cuModuleGetFunction", error);
  if (const CUresult error = set(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes); error != CUDA_SUCCESS) return refused("cuFuncSetAttribute", error);
  // As common/gpu_launch.h: an order as code is timed with as many blocks on an SM as an order as data.
  if (const CUresult error = set(function, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, CU_SHAREDMEM_CARVEOUT_MAX_SHARED); error != CUDA_SUCCESS) return refused("cuFuncSetAttribute", error);
  // The module is never unloaded: the process is for this cubin alone.
  return [=](const tile_order::Arguments& given, void* stream) {
    tile_order::Arguments arguments = given;
    void* parameters[] = {&arguments};
    const auto blocks = static_cast<unsigned>(arguments.rows * arguments.columns);
    return static_cast<int>(start(function, blocks, 1, 1, threads, 1, 1, static_cast<unsigned>(bytes), static_cast<CUstream>(stream), parameters, nullptr));
  };
}

}  // namespace assay::kernels::worker
