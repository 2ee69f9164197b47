#pragma once
// Memory of a GPU in tests. Only in builds with CUDA.

#if ASSAY_CUDA

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace assay::kernels {

/// Why there is no device, or nothing.
inline std::string no_device() {
  int count = 0;
  const auto error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess) return cudaGetErrorString(error);
  return count > 0 ? "" : "no device";
}

/// A copy of host memory on the device.
template <class T>
class OnDevice {
 public:
  explicit OnDevice(const std::vector<T>& from) : bytes_(from.size() * sizeof(T)) {
    EXPECT_EQ(cudaMalloc(&at_, bytes_ + 16), cudaSuccess);
    EXPECT_EQ(cudaMemcpy(at_, from.data(), bytes_, cudaMemcpyHostToDevice), cudaSuccess);
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  ~OnDevice() { cudaFree(at_); }
  T* data() const { return static_cast<T*>(at_); }
  std::vector<T> back() const {
    std::vector<T> all(bytes_ / sizeof(T));
    EXPECT_EQ(cudaMemcpy(all.data(), at_, bytes_, cudaMemcpyDeviceToHost), cudaSuccess);
    return all;
  }

 private:
  void* at_ = nullptr;
  std::size_t bytes_;
};

}  // namespace assay::kernels

#endif
