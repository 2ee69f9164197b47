#pragma once
// What a policy is shown of a shape, as one row of numbers in the catalogue's order: the jail's image, the adapter and the native baselines
// all read it.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluators/gpu/device.h"
#include "evaluators/gpu/problem.h"

namespace assay::evaluators::gpu {

/// The members are what decode_split's catalogue lists, in its order; likewise the others.
struct DecodeFeatures {
  std::int64_t query, kv, per_kv, dim;
  std::int64_t sequences, tokens_total, tokens_max, tokens_min, blocks_total, blocks_max, blocks_mean, blocks_p50, blocks_p90, work_items;
  std::int64_t sms, resident, bandwidth, l2_bytes;
};

inline constexpr int kHistogram = 16;
struct MoeFeatures {
  std::int64_t experts, top_k, n, k;
  std::int64_t tokens, rows, active, rows_max, rows_p50, rows_p90;
  std::int64_t histogram[kHistogram];
  std::int64_t tiles16, tiles32, tiles64, tiles128;
  std::int64_t sms, resident, bandwidth, l2_bytes;
};

struct OrderFeatures {
  std::int64_t rows, columns, causal;
};

/// A field that a driver can fill; no value lies outside its range, whatever the shape.
struct Feature {
  std::string_view record, field;
  std::int64_t min = 0, max = 0;
  int slot = 0;   ///< in the row
  int count = 0;  ///< items of an array; 0: a number
};
std::span<const Feature> catalogue(Kind kind);
/// Numbers of a row.
int row_words(Kind kind);

DecodeFeatures features_of(const decode_split::Shape& shape, const Device& device);
MoeFeatures features_of(const moe_select::Shape& shape, const Device& device);
OrderFeatures features_of(const tile_order::Shape& shape);

/// Ensures: row_words(kind) numbers, each within its range; what a device is beyond it is shown as its end.
std::vector<std::int64_t> row_of(const Shape& shape, const Device& device);

/// Blocks of the kernel that one processor holds at once, by what their shared memory allows; 1 on a CPU. Of moe_select, whose variants differ,
/// what the largest allow.
int resident_blocks(const Shape& shape, const Device& device);

}  // namespace assay::evaluators::gpu
