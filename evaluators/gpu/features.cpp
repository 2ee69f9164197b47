#include "evaluators/gpu/features.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/decode_split/launch.h"

namespace assay::evaluators::gpu {
namespace {

constexpr std::int64_t kMostSms = 1024, kMostResident = 32, kMostBandwidth = 1 << 20, kMostL2 = 1LL << 40;
constexpr std::int64_t kMostTokens = std::int64_t{decode_split::kMostSequences} * decode_split::kMostLength;
constexpr std::int64_t kMostBlocks = decode_split::blocks_of(decode_split::kMostLength);
constexpr std::int64_t kMostRows = 16384 * 16;

constexpr Feature kDecode[] = {
    {"Heads", "query", 1, 128, 0},
    {"Heads", "kv", 1, 128, 1},
    {"Heads", "per_kv", 1, 64, 2},
    {"Heads", "dim", 64, 128, 3},
    {"Batch", "sequences", 1, decode_split::kMostSequences, 4},
    {"Batch", "tokens_total", 1, kMostTokens, 5},
    {"Batch", "tokens_max", 1, decode_split::kMostLength, 6},
    {"Batch", "tokens_min", 1, decode_split::kMostLength, 7},
    {"Batch", "blocks_total", 1, kMostBlocks * decode_split::kMostSequences, 8},
    {"Batch", "blocks_max", 1, kMostBlocks, 9},
    {"Batch", "blocks_mean", 1, kMostBlocks, 10},
    {"Batch", "blocks_p50", 1, kMostBlocks, 11},
    {"Batch", "blocks_p90", 1, kMostBlocks, 12},
    {"Batch", "work_items", 1, decode_split::kMostSequences * 128, 13},
    {"Device", "sms", 1, kMostSms, 14},
    {"Device", "resident", 1, kMostResident, 15},
    {"Device", "bandwidth", 1, kMostBandwidth, 16},
    {"Device", "l2_bytes", 0, kMostL2, 17},
};
static_assert(std::size(kDecode) == sizeof(DecodeFeatures) / 8);

constexpr int kAfter = 10 + kHistogram;
constexpr Feature kMoe[] = {
    {"Layer", "experts", 1, moe_select::kMostExperts, 0},
    {"Layer", "top_k", 1, 16, 1},
    {"Layer", "n", 128, 32768, 2},
    {"Layer", "k", 64, 32768, 3},
    {"Routing", "tokens", 1, 16384, 4},
    {"Routing", "rows", 1, kMostRows, 5},
    {"Routing", "active", 1, moe_select::kMostExperts, 6},
    {"Routing", "rows_max", 1, 16384, 7},
    {"Routing", "rows_p50", 1, 16384, 8},
    {"Routing", "rows_p90", 1, 16384, 9},
    {"Routing", "histogram", 0, moe_select::kMostExperts, 10, kHistogram},
    {"Routing", "tiles16", 1, kMostRows / 16 + moe_select::kMostExperts, kAfter},
    {"Routing", "tiles32", 1, kMostRows / 32 + moe_select::kMostExperts, kAfter + 1},
    {"Routing", "tiles64", 1, kMostRows / 64 + moe_select::kMostExperts, kAfter + 2},
    {"Routing", "tiles128", 1, kMostRows / 128 + moe_select::kMostExperts, kAfter + 3},
    {"Device", "sms", 1, kMostSms, kAfter + 4},
    {"Device", "resident", 1, kMostResident, kAfter + 5},
    {"Device", "bandwidth", 1, kMostBandwidth, kAfter + 6},
    {"Device", "l2_bytes", 0, kMostL2, kAfter + 7},
};
static_assert(kAfter + 8 == sizeof(MoeFeatures) / 8);

constexpr Feature kOrder[] = {
    {"Grid", "rows", 1, tile_order::kMostRows, 0},
    {"Grid", "columns", 1, tile_order::kMostColumns, 1},
    {"Grid", "causal", 0, 1, 2},
};

/// Value at a share of a sorted list: of n items the one that share * (n - 1) points at, rounded down.
std::int64_t at_share(const std::vector<int>& sorted, int percent) { return sorted[(sorted.size() - 1) * static_cast<std::size_t>(percent) / 100]; }

std::int64_t whole(double value, std::int64_t min, std::int64_t max) {
  return std::clamp(static_cast<std::int64_t>(std::llround(std::min(value, 9e15))), min, max);
}

template <class Features>
void show_device(Features& features, const Device& device, const Shape& shape) {
  features.sms = whole(device.sms, 1, kMostSms);
  features.resident = std::clamp<std::int64_t>(resident_blocks(shape, device), 1, kMostResident);
  features.bandwidth = whole(device.bandwidth_gb_s, 1, kMostBandwidth);
  features.l2_bytes = whole(static_cast<double>(device.l2_bytes), 0, kMostL2);
}

template <class Features>
std::vector<std::int64_t> words(const Features& features) {
  std::vector<std::int64_t> row(sizeof(Features) / 8);
  std::memcpy(row.data(), &features, sizeof features);
  return row;
}

}  // namespace

std::span<const Feature> catalogue(Kind kind) {
  if (kind == Kind::decode_split) return kDecode;
  if (kind == Kind::moe_select) return kMoe;
  return kOrder;
}

int row_words(Kind kind) {
  int words = 0;
  for (const Feature& each : catalogue(kind)) words = std::max(words, each.slot + std::max(each.count, 1));
  return words;
}

int resident_blocks(const Shape& shape, const Device& device) {
  if (device.kind == "cpu") return 1;
  if (const auto* decode = std::get_if<decode_split::Shape>(&shape))
    return decode_split::resident_blocks(decode->head_dim, static_cast<std::int64_t>(device.shared_bytes_per_sm));
  return kind_of(shape) == Kind::tile_order ? 2 : 1;  // kernels/tile_order/kernel.cu, both kernels
}

DecodeFeatures features_of(const decode_split::Shape& shape, const Device& device) {
  DecodeFeatures features{};
  features.query = shape.heads_q;
  features.kv = shape.heads_kv;
  features.per_kv = shape.heads_q / shape.heads_kv;
  features.dim = shape.head_dim;
  const std::vector<int> tokens = lengths(shape);
  std::vector<int> blocks;
  for (int length : tokens) {
    blocks.push_back(decode_split::blocks_of(length));
    features.tokens_total += length;
    features.blocks_total += blocks.back();
  }
  std::ranges::sort(blocks);
  features.sequences = shape.sequences;
  features.tokens_max = std::ranges::max(tokens);
  features.tokens_min = std::ranges::min(tokens);
  features.blocks_max = blocks.back();
  features.blocks_mean = features.blocks_total / shape.sequences;
  features.blocks_p50 = at_share(blocks, 50);
  features.blocks_p90 = at_share(blocks, 90);
  features.work_items = std::int64_t{shape.sequences} * shape.heads_kv;
  show_device(features, device, shape);
  return features;
}

MoeFeatures features_of(const moe_select::Shape& shape, const Device& device) {
  MoeFeatures features{};
  features.experts = shape.experts;
  features.top_k = shape.top_k;
  features.n = shape.n;
  features.k = shape.k;
  features.tokens = shape.tokens;
  std::vector<int> rows = histogram(shape);
  std::erase(rows, 0);
  std::ranges::sort(rows);
  for (int count : rows) {
    features.rows += count;
    const int bin = std::bit_width(static_cast<unsigned>(count)) - 1;
    ++features.histogram[std::min(bin, kHistogram - 1)];
    for (auto [tile, to] : {std::pair{16, &features.tiles16}, {32, &features.tiles32}, {64, &features.tiles64}, {128, &features.tiles128}})
      *to += (count + tile - 1) / tile;
  }
  features.active = static_cast<std::int64_t>(rows.size());
  features.rows_max = rows.back();
  features.rows_p50 = at_share(rows, 50);
  features.rows_p90 = at_share(rows, 90);
  show_device(features, device, shape);
  return features;
}

OrderFeatures features_of(const tile_order::Shape& shape) {
  const tile_order::Grid tiles = grid(shape);
  return {tiles.rows, tiles.columns, tiles.causal ? 1 : 0};
}

std::vector<std::int64_t> row_of(const Shape& shape, const Device& device) {
  if (const auto* decode = std::get_if<decode_split::Shape>(&shape)) return words(features_of(*decode, device));
  if (const auto* moe = std::get_if<moe_select::Shape>(&shape)) return words(features_of(*moe, device));
  return words(features_of(std::get<tile_order::Shape>(shape)));
}

}  // namespace assay::evaluators::gpu
