#pragma once
// Runs a kernel's twin: the blocks of a grid over some threads of this machine.

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "kernels/common/block.h"
#include "kernels/common/findings.h"
#include "kernels/common/twin.h"

namespace assay::kernels {

template <class Block, class Kernel>
void run_blocks(int blocks, int shared_bytes, int threads, const Extents& extents, Findings& findings, const Kernel& kernel) {
  std::atomic<int> next{0};
  auto work = [&] {
    Block block(shared_bytes, extents, findings);
    for (int i = next.fetch_add(1); i < blocks; i = next.fetch_add(1)) {
      block.begin_block(i);
      kernel(block);
      block.end_block();
    }
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < std::min(threads, blocks); ++i) others.emplace_back(work);
  work();
}

/// kernel(block) for each of `blocks` blocks of kThreads. Returns what checked mode found; fast mode finds nothing.
///   extents: the buffers in global memory, looked at in checked mode only
template <int kThreads, class Kernel>
std::vector<std::string> run_grid(int blocks, int shared_bytes, int threads, Twin mode, const Extents& extents, const Kernel& kernel) {
  Findings findings;
  if (mode == Twin::fast) run_blocks<FastBlock<kThreads>>(blocks, shared_bytes, threads, extents, findings, kernel);
  else run_blocks<CheckedBlock<kThreads>>(blocks, shared_bytes, threads, extents, findings, kernel);
  return findings.all();
}

}  // namespace assay::kernels
