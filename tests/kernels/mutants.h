#pragma once
// Blocks that do something wrong: a kernel on one of them is a kernel with that mistake, which checked mode must find.

#include <string>
#include <vector>

#include "kernels/common/grid.h"

namespace assay::kernels {

template <int kThreads>
struct ForgetsSync : CheckedBlock<kThreads> {
  using CheckedBlock<kThreads>::CheckedBlock;
  void sync() {}
};

template <int kThreads>
struct ForgetsWarpSync : CheckedBlock<kThreads> {
  using CheckedBlock<kThreads>::CheckedBlock;
  void warp_sync() {}
};

/// Waits for one group of copies less than it was asked to.
template <int kThreads>
struct WaitsTooLittle : CheckedBlock<kThreads> {
  using CheckedBlock<kThreads>::CheckedBlock;
  template <int kStillOpen>
  void wait_copies() {
    CheckedBlock<kThreads>::template wait_copies<kStillOpen + 1>();
  }
};

/// Copies what lies beyond an operand's end, too.
template <int kThreads>
struct ForgetsTails : CheckedBlock<kThreads> {
  using CheckedBlock<kThreads>::CheckedBlock;
  void async_copy(int thread, CheckedShared<Bf16> to, int i, const Bf16* from, bool) { CheckedBlock<kThreads>::async_copy(thread, to, i, from, true); }
};

template <class Block, class Kernel>
std::vector<std::string> run_mutant(int blocks, int shared_bytes, const Extents& extents, const Kernel& kernel) {
  Findings findings;
  run_blocks<Block>(blocks, shared_bytes, 1, extents, findings, kernel);
  return findings.all();
}

}  // namespace assay::kernels
