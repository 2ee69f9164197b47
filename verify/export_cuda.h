#pragma once
// An order policy as device code: C++20 text for nvcc, NVRTC or, with -D__device__=, any C++ compiler. No include, no file beside it.
//
// The text is the emitted policy, function by function, after the contract's records and constants and policies/abi/assay.h, which is used
// as it stands: builtins that NVRTC does not have get a definition of their own before it. Exports
//
//   extern "C" __device__ unsigned long long assay_tile(int rows, int columns, int causal, int id);
//
// with the row in the upper 32 bits and the column in the lower ones; 0xffffffff stands for what no int holds. No pointer: a device's code of it needs
// no access to memory, and is refused where it has one (kernels/device/inspect.h).
//
// What is proved of the policy holds of it for 0 <= id < rows * columns within the contract's ranges, as far as nvcc keeps the meaning of
// integer arithmetic without undefined behaviour. An index out of an Array (proved away) ends the kernel.

#include <string>

#include "base/result.h"
#include "tasks/contract.h"
#include "verify/toolchain.h"

namespace assay::verify {

/// The Error: the contract is not that of tasks/tile_order (records Grid and Block, functions row and column).
Result<std::string> export_cuda(const tasks::Contract& contract, const Screened& screened);

}  // namespace assay::verify
