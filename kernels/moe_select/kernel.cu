#include "kernels/moe_select/kernel.h"

#include <cuda_runtime.h>

#include <utility>

#include "kernels/common/gpu_block.h"
#include "kernels/common/gpu_launch.h"
#include "kernels/moe_select/launch.h"

namespace assay::kernels::moe_select {
namespace {

/// Blocks that an SM's shared memory (227 KiB, of which each block takes 1 KiB more than it asks for) and registers (65536) hold at once; the
/// compiler keeps within what that leaves to a thread.
template <class Tile>
constexpr int blocks_per_sm() {
  constexpr int by_memory = 227 * 1024 / (Tile::kSharedBytes + 1024);
  constexpr int registers = Tile::kSums * 2 + Tile::kSums / 2 + 96;  // accumulators, fragments and addresses
  constexpr int by_registers = 65536 / (Tile::kThreads * (registers > 255 ? 255 : registers));
  constexpr int blocks = by_memory < by_registers ? by_memory : by_registers;
  return blocks < 1 ? 1 : blocks;
}

template <int kAction>
__global__ void __launch_bounds__(TileOf<kAction>::kThreads, blocks_per_sm<TileOf<kAction>>()) grouped_product(const __grid_constant__ Arguments arguments) {
  GpuBlock<TileOf<kAction>::kThreads> block;
  run<TileOf<kAction>>(block, arguments);
}

struct Entry {
  void (*kernel)(Arguments);
  int threads, shared_bytes;
};

template <int... kActions>
Entry entry_of(std::integer_sequence<int, kActions...>, int action) {
  const Entry entries[] = {{grouped_product<kActions>, TileOf<kActions>::kThreads, TileOf<kActions>::kSharedBytes}...};
  return entries[action];
}

}  // namespace

int launch(const Arguments& arguments, int action, void* stream) {
  if (action < 0 || action >= kVariantCount || blocks_of(arguments, action) < 1) return cudaErrorInvalidValue;
  const Entry entry = entry_of(std::make_integer_sequence<int, kVariantCount>{}, action);
  if (const cudaError_t error = allow_shared(entry.kernel, entry.shared_bytes); error != cudaSuccess) return error;
  entry.kernel<<<blocks_of(arguments, action), entry.threads, entry.shared_bytes, static_cast<cudaStream_t>(stream)>>>(arguments);
  return cudaGetLastError();
}

}  // namespace assay::kernels::moe_select
