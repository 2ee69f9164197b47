#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernels/common/grid.h"
#include "kernels/decode_split/kernel.h"
#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/merge.h"
#include "kernels/decode_split/plan.h"

namespace assay::kernels::decode_split {
namespace {

std::size_t size(std::int64_t value) { return static_cast<std::size_t>(value); }

/// The buffers in global memory that each of the two kernels may read and write.
Extents extents(const Arguments& a, bool merging) {
  const std::size_t rows = size(a.sequences) * size(a.heads_q), dim = size(a.head_dim), cache = size(a.tokens) * size(a.heads_kv) * dim;
  const std::size_t partial_rows = size(a.slots) * size(a.heads_q);
  Extents all;
  if (!merging) {
    all.readable("q", a.q, rows * dim);
    all.readable("k", a.k, cache);
    all.readable("v", a.v, cache);
    all.readable("work", a.work, size(a.work_count));
    all.writable("partial_out", a.partial_out, partial_rows * dim);
    all.writable("partial_lse", a.partial_lse, partial_rows);
    if (a.partial_writes != nullptr) all.writable("partial_writes", a.partial_writes, partial_rows);
  } else {
    all.readable("merges", a.merges, size(a.merge_count));
    all.readable("partial_out", a.partial_out, partial_rows * dim);
    all.readable("partial_lse", a.partial_lse, partial_rows);
  }
  all.writable("out", a.out, rows * dim);
  if (a.writes != nullptr) all.writable("writes", a.writes, rows);
  return all;
}

template <int kDim, int kRowTiles>
std::vector<std::string> run_parts(const Arguments& a, int threads, Twin mode) {
  return run_grid<kThreads>(a.work_count * a.heads_kv, Layout<kDim, kRowTiles>::kSharedBytes, threads, mode, extents(a, false),
                            [&](auto& block) { attend_part<kDim, kRowTiles>(block, a); });
}

template <int kDim>
std::vector<std::string> run(const Arguments& a, int threads, Twin mode) {
  const int group = a.heads_q / a.heads_kv;
  auto found = group <= 16 ? run_parts<kDim, 1>(a, threads, mode) : group <= 32 ? run_parts<kDim, 2>(a, threads, mode) : run_parts<kDim, 4>(a, threads, mode);
  if (a.merge_count == 0) return found;
  auto more = run_grid<kMergeThreads>(a.merge_count * a.heads_q, merge_shared_bytes<kDim>(), threads, mode, extents(a, true),
                                      [&](auto& block) { merge_parts<kDim>(block, a); });
  found.insert(found.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return found;
}

}  // namespace

std::size_t workspace_bytes(const Shape& shape, int splits) {
  const Plan planned = plan(shape, splits);
  return partial_out_bytes(shape, planned) + partial_lse_bytes(shape, planned);
}

int resident_blocks(int head_dim, std::int64_t shared_bytes_per_sm) {
  const int bytes = head_dim == 128 ? Layout<128, 1>::kSharedBytes : Layout<64, 1>::kSharedBytes;  // the same for any group
  return std::max(1, static_cast<int>(shared_bytes_per_sm / (bytes + 1024)));
}

std::vector<std::string> run_twin(const Arguments& a, [[maybe_unused]] int splits, int threads, Twin mode) {
  assert(a.splits == splits);
  return a.head_dim == 128 ? run<128>(a, threads, mode) : run<64>(a, threads, mode);
}

}  // namespace assay::kernels::decode_split
