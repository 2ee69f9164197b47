#pragma once
// What a launch needs to have said before. nvcc only; elsewhere this header is empty.

#ifdef __CUDACC__

#include <cuda_runtime.h>

namespace assay::kernels {

/// Allows a kernel that many bytes of dynamic shared memory, and asks for as much of an SM's memory to be shared as there is: without that the
/// second block of an SM may find no room.
template <class... Parameters>
cudaError_t allow_shared(void (*kernel)(Parameters...), int bytes) {
  const cudaError_t error = cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
  return error != cudaSuccess ? error : cudaFuncSetAttribute(kernel, cudaFuncAttributePreferredSharedMemoryCarveout, cudaSharedmemCarveoutMaxShared);
}

}  // namespace assay::kernels

#endif
