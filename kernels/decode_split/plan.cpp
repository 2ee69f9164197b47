#include "kernels/decode_split/plan.h"

#include <algorithm>
#include <span>

namespace assay::kernels::decode_split {
namespace {

std::size_t rounded(std::size_t bytes) { return (bytes + 15) / 16 * 16; }
std::size_t partial_rows(const Shape& shape, const Plan& plan) { return static_cast<std::size_t>(plan.slots) * static_cast<std::size_t>(shape.heads_q); }

}  // namespace

Plan plan(const Shape& shape, int splits) {
  Plan result;
  result.splits = std::clamp(splits, 1, kMostSplits);
  const int chunk_tokens = chunk_of(blocks_of(shape.length), splits) * kBlockTokens;
  const auto all = lengths(shape);
  for (int sequence = 0; sequence < shape.sequences; ++sequence) {
    const int length = all[static_cast<std::size_t>(sequence)];
    const int parts = parts_of(length, chunk_tokens);
    if (parts > 1) result.merges.push_back({sequence, result.slots, parts});
    for (int part = 0; part < parts; ++part) {
      const int begin = part * chunk_tokens;
      result.work.push_back({result.tokens + begin, std::min(chunk_tokens, length - begin), sequence, parts > 1 ? result.slots++ : kDirect});
    }
    result.tokens += length;
  }
  std::ranges::stable_sort(result.work, [](const Work& a, const Work& b) { return a.tokens > b.tokens; });
  std::ranges::stable_sort(result.merges, [](const Merge& a, const Merge& b) { return a.parts > b.parts; });
  return result;
}

std::size_t partial_out_bytes(const Shape& shape, const Plan& plan) {
  return rounded(partial_rows(shape, plan) * static_cast<std::size_t>(shape.head_dim) * sizeof(float));
}
std::size_t partial_lse_bytes(const Shape& shape, const Plan& plan) { return rounded(partial_rows(shape, plan) * sizeof(float)); }

Arguments sizes(const Shape& shape, const Plan& plan) {
  Arguments a;
  a.tokens = plan.tokens;
  a.work_count = static_cast<std::int32_t>(plan.work.size());
  a.merge_count = static_cast<std::int32_t>(plan.merges.size());
  a.slots = plan.slots;
  a.sequences = shape.sequences;
  a.heads_q = shape.heads_q;
  a.heads_kv = shape.heads_kv;
  a.head_dim = shape.head_dim;
  a.splits = plan.splits;
  return a;
}

}  // namespace assay::kernels::decode_split
