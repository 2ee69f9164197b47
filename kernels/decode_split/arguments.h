#pragma once
// What the kernel reads and writes, as plain pointers and numbers; on the GPU all of them point to device memory.

#include <cstdint>

#include "kernels/common/bf16.h"
#include "kernels/decode_split/shape.h"

namespace assay::kernels::decode_split {

/// One part of one sequence's cache: what a block reads, once for each KV head. Made by plan(), which is trusted; never empty.
struct Work {
  std::int64_t first_token = 0;  ///< in k and v, over all sequences
  std::int32_t tokens = 0;       ///< of the part, at least 1
  std::int32_t sequence = 0;
  std::int32_t slot = 0;  ///< of the partial result; kDirect: this part is the whole sequence, and its result the output
  std::int32_t unused = 0;
  friend bool operator==(const Work&, const Work&) = default;
};
inline constexpr std::int32_t kDirect = -1;

/// One sequence with several parts: theirs are `parts` slots from first_slot on.
struct Merge {
  std::int32_t sequence = 0, first_slot = 0, parts = 0;
  friend bool operator==(const Merge&, const Merge&) = default;
};

struct Arguments {
  const Bf16* q = nullptr;  ///< [sequences][heads_q][head_dim]; query heads h * group .. read KV head h
  const Bf16* k = nullptr;  ///< [tokens][heads_kv][head_dim], one sequence after the other
  const Bf16* v = nullptr;  ///< likewise
  const Work* work = nullptr;      ///< [work_count]
  const Merge* merges = nullptr;   ///< [merge_count]
  Bf16* out = nullptr;             ///< [sequences][heads_q][head_dim]
  float* partial_out = nullptr;    ///< [slots][heads_q][head_dim]: the part's own softmax times its values; 16-byte aligned
  float* partial_lse = nullptr;    ///< [slots][heads_q]: log2 of the part's sum of exp2(score)
  std::uint32_t* writes = nullptr;          ///< null, or a counter of each output row, [sequences][heads_q]
  std::uint32_t* partial_writes = nullptr;  ///< null, or one of each partial row, [slots][heads_q]
  std::int64_t tokens = 0;                  ///< of all sequences
  std::int32_t work_count = 0, merge_count = 0, slots = 0;
  std::int32_t sequences = 0, heads_q = 0, heads_kv = 0, head_dim = 0;
  std::int32_t splits = 0;  ///< the action that work and merges were planned for
};

}  // namespace assay::kernels::decode_split
