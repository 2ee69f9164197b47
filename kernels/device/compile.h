#pragma once
// Device text of a policy to a cubin with the trusted kernels in it: NVRTC makes an object of the policy alone, inspect.h judges it, nvJitLink puts it
// beside the kernels, which were assembled once, when this program was built. So their machine code is the same for every policy, and what
// differs between two measurements is the policy. A call of it costs a few cycles once per tile.

#include <chrono>
#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/device/inspect.h"

namespace assay::kernels::device {

struct CompileError {
  std::string kind;  ///< "compile", "refused" (by the inspection), "registers", "link"
  std::string what;
};

struct Compiled {
  std::vector<char> cubin;  ///< linked: to be loaded
  Inspection policy;
  std::vector<std::pair<std::string, int>> kernels;  ///< entry and its registers
  std::chrono::duration<double, std::milli> compile{}, inspect{}, link{};
};

/// A kernel may take no more registers with a policy than this, or fewer blocks of it fit a multiprocessor than in any other measurement.
struct Limits {
  int registers = 0;  ///< 0: what the kernel takes with a policy that answers a constant
};

/// `text`: CUDA C++20 without includes that defines `extern "C" __device__ unsigned long long assay_tile(int, int, int, int)`. Not thread-safe.
std::expected<Compiled, CompileError> compile_policy(const std::string& text, const Limits& limits = {});

/// The trusted kernels' object, as built in.
std::span<const std::byte> kernels_object();

}  // namespace assay::kernels::device
