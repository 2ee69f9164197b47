#pragma once
// One tile of causal attention over a whole prompt: 128 queries of one head against the keys up to theirs, 64 at a time, with the online
// softmax of FlashAttention-2 (Dao, 2023, algorithm 1). Keys beyond the tile's last query are never touched.
//
// 4 warps of 32 queries each: a fragment of K or V that a warp loads is used twice, which keeps shared memory (128 bytes a clock) ahead of
// mma.sync. Q stays in shared memory, for 128 accumulators and 64 scores leave no registers for it. K and V have two buffers each: the next
// tile of keys is on its way during the scores and the softmax, the next one of values during the product with V. 96 KiB and 128 x 255
// registers: two blocks on an SM.

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/common/math.h"
#include "kernels/common/matrix_product.h"
#include "kernels/tile_order/arguments.h"

namespace assay::kernels::tile_order {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What a query may not see.
struct Causal {
  ASSAY_KERNEL bool operator()(int query, int key) const { return key > query; }
};

struct Prefill {
  static constexpr int kThreads = 128, kWarpQueries = 32;
  static constexpr int kRowChunks = kHeadDim / kCopyValues;
  static constexpr int kQueries = kTileQueries * kHeadDim, kKeys = kTileKeys * kHeadDim;  ///< values of a buffer
  static constexpr int kKeysAt = kQueries, kValuesAt = kKeysAt + 2 * kKeys;               ///< first values of the buffers
  static constexpr int kSharedBytes = (kQueries + 4 * kKeys) * 2;
  static constexpr int kFragmentsM = kWarpQueries / 16;
  static constexpr int kRows = kFragmentsM * 2;         ///< of a thread: one in 8 of its warp's
  static constexpr int kScores = kRows * kTileKeys / 8;  ///< Twos of a thread
  static constexpr int kSums = kRows * kHeadDim / 8;
  /// Of the Twos of 16 x 8 piece (m, n), `across` pieces in a row; the next one is 8 rows below.
  ASSAY_BOTH static constexpr int at(int across, int m, int n) { return (m * across + n) * 2; }

  template <class Block>
  using Scores = PerThread<Block, Two, kScores>;
  template <class Block>
  using Sums = PerThread<Block, Two, kSums>;
  template <class Block>
  using Rows = PerThread<Block, float, kRows>;
};

/// Where a block's operands are: one head of one sequence.
struct HeadView {
  const Bf16 *q, *k, *v;
  Bf16* out;
  int query_pitch, key_pitch;  ///< values from one token to the next; times the length, at most 2^30 (shape.h)
};

ASSAY_BOTH HeadView head_view(const Arguments& a, int column) {
  const int sequence = column / a.heads_q, head = column % a.heads_q, kv_head = head / (a.heads_q / a.heads_kv);
  HeadView view;
  view.query_pitch = a.heads_q * kHeadDim;
  view.key_pitch = a.heads_kv * kHeadDim;
  const std::int64_t token = static_cast<std::int64_t>(sequence) * a.length;
  view.q = a.q + token * view.query_pitch + head * kHeadDim;
  view.out = a.out + token * view.query_pitch + head * kHeadDim;
  view.k = a.k + token * view.key_pitch + kv_head * kHeadDim;
  view.v = a.v + token * view.key_pitch + kv_head * kHeadDim;
  return view;
}

/// kTokens tokens from `first` on into a buffer of two panels; zeros beyond the sequence's length.
template <int kTokens, class Block, class Shared>
ASSAY_KERNEL void copy_tokens(Block& block, Shared buffers, int at, const Bf16* from, int pitch, int first, int length) {
  block.each([&](int thread) {
    constexpr int kPasses = kTokens * Prefill::kRowChunks / Prefill::kThreads, kRowsPerPass = kTokens / kPasses;
    const int row = thread >> 4, chunk = thread & 15;
    int offset = (first + row) * pitch + chunk * kCopyValues;
    ASSAY_UNROLL
    for (int i = 0; i < kTokens; i += kRowsPerPass) {
      block.async_copy(thread, buffers, at + panel_element(kTokens, row + i, chunk), from + offset, first + row + i < length);
      offset = held(offset + kRowsPerPass * pitch);
    }
  });
}

/// scores = Q * transpose(K), of each warp's 32 queries.
template <class Block, class Shared>
ASSAY_KERNEL void multiply_keys(Block& block, Prefill::Scores<Block>& scores, Shared buffers, int keys_at) {
  PerThread<Block, int> query_row, key_row;
  block.each([&](int thread) {
    query_row[thread] = held(warp_of(thread) * Prefill::kWarpQueries * kPanel + left_row(lane_of(thread)));
    key_row[thread] = held(keys_at + right_row(lane_of(thread)));
    ASSAY_UNROLL
    for (int i = 0; i < Prefill::kScores; ++i) scores(thread, i) = {0, 0};
  });
  ASSAY_UNROLL
  for (int step = 0; step < kHeadDim / 16; ++step) {
    PerThread<Block, std::uint32_t, Prefill::kFragmentsM * 4> queries;
    ASSAY_UNROLL
    for (int m = 0; m < Prefill::kFragmentsM; ++m)
      load_matrix_x4<false>(block, queries, m * 4, buffers, [&](int thread) { return panel_step(kTileQueries, query_row[thread], step) + m * 16 * kPanel; });
    ASSAY_UNROLL
    for (int n = 0; n < kTileKeys / 16; ++n) {
      PerThread<Block, std::uint32_t, 4> keys;
      load_matrix_x4<false>(block, keys, 0, buffers, [&](int thread) { return panel_step(kTileKeys, key_row[thread], step) + n * 16 * kPanel; });
      ASSAY_UNROLL
      for (int m = 0; m < Prefill::kFragmentsM; ++m) {
        mma_16816(block, scores, Prefill::at(kTileKeys / 8, m, n * 2), queries, m * 4, keys, 0);
        mma_16816(block, scores, Prefill::at(kTileKeys / 8, m, n * 2 + 1), queries, m * 4, keys, 2);
      }
    }
  }
}

/// sums += P * V, of each warp's 32 queries: the scores' registers, as bf16, are the left operand as they lie.
template <class Block, class Shared>
ASSAY_KERNEL void multiply_values(Block& block, Prefill::Sums<Block>& sums, Prefill::Scores<Block>& scores, Shared buffers, int values_at) {
  PerThread<Block, int> value_row;
  block.each([&](int thread) { value_row[thread] = held(values_at + left_row(lane_of(thread))); });
  ASSAY_UNROLL
  for (int step = 0; step < kTileKeys / 16; ++step) {
    PerThread<Block, std::uint32_t, Prefill::kFragmentsM * 4> weights;
    block.each([&](int thread) {
      ASSAY_UNROLL
      for (int m = 0; m < Prefill::kFragmentsM; ++m) {
        ASSAY_UNROLL
        for (int i = 0; i < 4; ++i) weights(thread, m * 4 + i) = to_bf16_pair(scores(thread, Prefill::at(kTileKeys / 8, m, step * 2) + i));
      }
    });
    ASSAY_UNROLL
    for (int n = 0; n < kHeadDim / 16; ++n) {
      PerThread<Block, std::uint32_t, 4> values;
      load_matrix_x4<true>(block, values, 0, buffers, [&](int thread) { return panel_step(kTileKeys, value_row[thread], n) + step * 16 * kPanel; });
      ASSAY_UNROLL
      for (int m = 0; m < Prefill::kFragmentsM; ++m) {
        mma_16816(block, sums, Prefill::at(kHeadDim / 8, m, n * 2), weights, m * 4, values, 0);
        mma_16816(block, sums, Prefill::at(kHeadDim / 8, m, n * 2 + 1), weights, m * 4, values, 2);
      }
    }
  }
}

/// Minus infinity for keys that the mask hides; only asked where the tile reaches beyond a warp's first query.
template <class Block, class Mask>
ASSAY_KERNEL void mask_scores(Block& block, Prefill::Scores<Block>& scores, int first_query, int first_key, const Mask& hides) {
  block.each([&](int thread) {
    const int lane = lane_of(thread), warp_query = first_query + warp_of(thread) * Prefill::kWarpQueries;
    if (!hides(warp_query, first_key + kTileKeys - 1)) return;
    ASSAY_UNROLL
    for (int row = 0; row < Prefill::kRows; ++row) {
      ASSAY_UNROLL
      for (int n = 0; n < kTileKeys / 8; ++n) {
        const int query = warp_query + row * 8 + (lane >> 2), key = first_key + n * 8 + (lane & 3) * 2;
        Two& score = scores(thread, Prefill::at(kTileKeys / 8, row / 2, n) + row % 2);
        if (hides(query, key)) score.x = -kInfinity;
        if (hides(query, key + 1)) score.y = -kInfinity;
      }
    }
  });
}

/// Scores become weights 2^(scale * (score - most)), `most` being the largest so far of the row, and what was summed before is scaled to it.
/// Key 0 is in the first tile and no query's mask hides it, so `most` is finite from then on. `total` is a thread's share of its rows' totals.
template <class Block>
ASSAY_KERNEL void soften(Block& block, Prefill::Scores<Block>& scores, Prefill::Sums<Block>& sums, Prefill::Rows<Block>& most, Prefill::Rows<Block>& total, float scale) {
  Prefill::Rows<Block> now;
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int row = 0; row < Prefill::kRows; ++row) {
      float largest = most(thread, row);
      ASSAY_UNROLL
      for (int n = 0; n < kTileKeys / 8; ++n) {
        const Two& score = scores(thread, Prefill::at(kTileKeys / 8, row / 2, n) + row % 2);
        largest = fmaxf(largest, fmaxf(score.x, score.y));
      }
      now(thread, row) = largest;
    }
  });
  warp_max<4>(block, now);
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int row = 0; row < Prefill::kRows; ++row) {
      const float shrink = exp2_fast((most(thread, row) - now(thread, row)) * scale), level = now(thread, row) * scale;
      most(thread, row) = now(thread, row);
      float sum = total(thread, row) * shrink;
      ASSAY_UNROLL
      for (int n = 0; n < kTileKeys / 8; ++n) {
        Two& score = scores(thread, Prefill::at(kTileKeys / 8, row / 2, n) + row % 2);
        score = {exp2_fast(score.x * scale - level), exp2_fast(score.y * scale - level)};
        sum += score.x + score.y;
      }
      total(thread, row) = sum;
      ASSAY_UNROLL
      for (int n = 0; n < kHeadDim / 8; ++n) {
        Two& part = sums(thread, Prefill::at(kHeadDim / 8, row / 2, n) + row % 2);
        part = {part.x * shrink, part.y * shrink};
      }
    }
  });
}

/// sums / total as bf16 through the queries' own buffer, 16 bytes of a row at a time. A warp needs no other: it alone read these queries.
template <class Block>
ASSAY_KERNEL void store_queries(Block& block, Prefill::Sums<Block>& sums, Prefill::Rows<Block>& total, const HeadView& head, int first_query, int length) {
  warp_sum<4>(block, total);
  block.warp_sync();
  auto pairs = block.template shared<std::uint32_t>(0, Prefill::kQueries / 2);
  block.each([&](int thread) {
    const int lane = lane_of(thread);
    ASSAY_UNROLL
    for (int row = 0; row < Prefill::kRows; ++row) {
      const float share = 1.0f / total(thread, row);
      const int query = warp_of(thread) * Prefill::kWarpQueries + row * 8 + (lane >> 2);
      ASSAY_UNROLL
      for (int n = 0; n < kHeadDim / 8; ++n) {
        const Two& sum = sums(thread, Prefill::at(kHeadDim / 8, row / 2, n) + row % 2);
        pairs.write(thread, panel_element(kTileQueries, query, n) / 2 + (lane & 3), to_bf16_pair({sum.x * share, sum.y * share}));
      }
    }
  });
  block.warp_sync();
  auto chunks = block.template shared<Chunk>(0, Prefill::kQueries / kCopyValues);
  block.each([&](int thread) {
    const int lane = lane_of(thread), chunk = lane & 15;
    ASSAY_UNROLL
    for (int pass = 0; pass < Prefill::kWarpQueries / 2; ++pass) {
      const int query = warp_of(thread) * Prefill::kWarpQueries + pass * 2 + (lane >> 4);
      if (first_query + query < length)
        block.store(reinterpret_cast<Chunk*>(head.out + (first_query + query) * head.query_pitch + chunk * kCopyValues),
                    chunks.read(thread, panel_element(kTileQueries, query, chunk) / kCopyValues));
    }
  });
}

template <class Block, class Mask = Causal>
ASSAY_KERNEL void prefill_tile(Block& block, const Arguments& a, int tile_row, int tile_column, const Mask& hides = {}) {
  const HeadView head = head_view(a, tile_column);
  const int first_query = tile_row * kTileQueries;
  const int keys = first_query + kTileQueries < a.length ? first_query + kTileQueries : a.length;
  const int tiles = (keys + kTileKeys - 1) / kTileKeys;
  auto buffers = block.template shared<Bf16>(0, Prefill::kSharedBytes / 2);
  auto copy_keys = [&](int tile) {
    if (tile < tiles) copy_tokens<kTileKeys>(block, buffers, Prefill::kKeysAt + (tile & 1) * Prefill::kKeys, head.k, head.key_pitch, tile * kTileKeys, a.length);
    block.commit_copies();  // empty ones at the end keep the count
  };
  auto copy_values = [&](int tile) {
    if (tile < tiles) copy_tokens<kTileKeys>(block, buffers, Prefill::kValuesAt + (tile & 1) * Prefill::kKeys, head.v, head.key_pitch, tile * kTileKeys, a.length);
    block.commit_copies();
  };
  copy_tokens<kTileQueries>(block, buffers, 0, head.q, head.query_pitch, first_query, a.length);
  copy_keys(0);
  copy_values(0);

  Prefill::Sums<Block> sums;
  Prefill::Rows<Block> most, total;
  block.each([&](int thread) {
    ASSAY_UNROLL
    for (int i = 0; i < Prefill::kSums; ++i) sums(thread, i) = {0, 0};
    ASSAY_UNROLL
    for (int row = 0; row < Prefill::kRows; ++row) most(thread, row) = -kInfinity, total(thread, row) = 0;
  });
  for (int tile = 0; tile < tiles; ++tile) {
    copy_keys(tile + 1);
    block.template wait_copies<2>();  // all but this tile's values and the next one's keys
    block.sync();
    Prefill::Scores<Block> scores;
    multiply_keys(block, scores, buffers, Prefill::kKeysAt + (tile & 1) * Prefill::kKeys);
    if ((tile + 1) * kTileKeys > first_query) mask_scores(block, scores, first_query, tile * kTileKeys, hides);
    soften(block, scores, sums, most, total, a.scale);
    copy_values(tile + 1);
    block.template wait_copies<2>();  // all but the next tile
    block.sync();
    multiply_values(block, sums, scores, buffers, Prefill::kValuesAt + (tile & 1) * Prefill::kKeys);
  }
  block.template wait_copies<0>();
  store_queries(block, sums, total, head, first_query, a.length);
}

}  // namespace assay::kernels::tile_order
