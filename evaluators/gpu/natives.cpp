#include "evaluators/gpu/natives.h"

#include <algorithm>

#include "evaluators/gpu/orders.h"

namespace assay::evaluators::gpu {
namespace {

using i64 = std::int64_t;

i64 ceil_div(i64 a, i64 b) { return (a + b - 1) / b; }

// decode_split --------------------------------------------------------------------------------------------------------

/// How full `items` leave whole waves of `slots`, in millionths.
i64 efficiency(i64 items, i64 slots) { return items * 1'000'000 / (ceil_div(items, slots) * slots); }

/// FlashAttention's rule: no split where the machine is four fifths full; else the fewest parts within 85 % of the best efficiency of a wave.
/// `eligible`: only numbers of parts that make the largest part smaller count.
i64 fewest_efficient(i64 items, i64 slots, i64 blocks, i64 most, bool eligible) {
  if (5 * items >= 4 * slots) return 1;
  const i64 splits = std::min({most, slots, blocks});
  const auto counts = [&](i64 s) { return !eligible || s == 1 || ceil_div(blocks, s) != ceil_div(blocks, s - 1); };
  i64 best = 0;
  for (i64 s = 1; s <= splits; ++s)
    if (counts(s)) best = std::max(best, efficiency(items * s, slots));
  for (i64 s = 1; s <= splits; ++s)
    if (counts(s) && 100 * efficiency(items * s, slots) >= 85 * best) return s;
  return 1;
}

/// num_splits_heuristic of flash_attn 2: twice the processors, blocks of 128 keys (of 256 at head size 64), with the eligibility check.
i64 flash_attention_2(const DecodeFeatures& f) {
  const i64 blocks = ceil_div(f.tokens_max, f.dim == 64 ? 256 : 128);
  return fewest_efficient(f.work_items, 2 * f.sms, blocks, 128, true);
}

/// num_splits_heuristic of flash_attn 3: each processor once, blocks of 128 keys, none split of four blocks or fewer, without that check. Its
/// branch for keys beyond the L2 needs many query tiles, which one new token never has.
i64 flash_attention_3(const DecodeFeatures& f) {
  const i64 blocks = ceil_div(f.tokens_max, 128);
  if (5 * f.work_items >= 4 * f.sms || blocks <= 4) return 1;
  return fewest_efficient(f.work_items, f.sms, blocks, 128, false);
}

/// FlashInfer's planner: the smallest chunk of the cache, of 128 tokens at least, with which all work items fit the grid at once, by binary
/// search. It adds up ceil(blocks / chunk) over the sequences; a policy knows the sum exactly where all are alike, else its upper bound.
i64 flash_infer(const DecodeFeatures& f) {
  const i64 grid = f.sms * f.resident;
  if (f.work_items >= grid) return 1;
  const auto items = [&](i64 chunk) {
    if (f.blocks_total == f.blocks_max * f.sequences) return f.kv * f.sequences * ceil_div(f.blocks_max, chunk);
    return f.kv * ((f.blocks_total + f.sequences * (chunk - 1)) / chunk);
  };
  i64 low = std::min<i64>(2, f.blocks_max), high = f.blocks_max;
  while (low < high) {
    const i64 middle = (low + high) / 2;
    if (items(middle) > grid) low = middle + 1;
    else high = middle;
  }
  return std::min<i64>(128, ceil_div(f.blocks_max, low));
}

/// FlashMLA's metadata: an even share of all blocks for each part of the machine, where every sequence costs five blocks more.
i64 flash_mla(const DecodeFeatures& f) {
  constexpr i64 kOverhead = 5;
  const i64 parts = std::max<i64>(1, f.sms / f.kv / ceil_div(f.per_kv, 64));
  const i64 total = f.blocks_total + f.sequences * kOverhead;
  const i64 payload = std::max(ceil_div(total, parts) + kOverhead, 2 * kOverhead);
  return std::clamp<i64>(ceil_div(f.blocks_max, payload - kOverhead), 1, 128);
}

// moe_select ----------------------------------------------------------------------------------------------------------

/// fused_moe's default configuration in vLLM: small tiles where there are no more tokens than experts, else 64 x 64.
i64 vllm_default(const MoeFeatures& f) { return f.tokens <= f.experts ? 1 : 13; }

/// Tuned tables are keyed by the number of tokens alone: here, the rows that an expert gets on average decide the height of a tile.
i64 by_batch(const MoeFeatures& f) {
  const i64 rows = f.rows / f.experts;
  if (rows <= 16) return 5;
  if (rows <= 32) return 10;
  return rows <= 128 ? 16 : 22;
}

/// DeepGEMM's choice of a block: the least work of whole waves, padding included; among equals the larger tile.
i64 by_tiles(const MoeFeatures& f) {
  struct Choice {
    i64 tile_m, tile_n, rows, variant;
  };
  const Choice choices[] = {{128, 128, f.tiles128, 22}, {128, 64, f.tiles128, 19}, {64, 128, f.tiles64, 16}, {64, 64, f.tiles64, 13},
                            {32, 128, f.tiles32, 10},   {32, 64, f.tiles32, 7},    {16, 128, f.tiles16, 4},  {16, 64, f.tiles16, 1}};
  i64 best = -1, chosen = 0;
  for (const Choice& each : choices) {
    const i64 waves = ceil_div(each.rows * (f.n / each.tile_n), f.sms);
    // A tile's height counts as 64 more: operands are read whatever it is.
    const i64 cost = waves * (each.tile_m + 64) * each.tile_n;
    if (best >= 0 && cost >= best) continue;
    best = cost;
    chosen = each.variant;
  }
  return chosen;
}

struct DecodeNative {
  std::string_view name;
  i64 (*splits)(const DecodeFeatures&);
};
constexpr DecodeNative kDecode[] = {
    {"flash_attention_2", flash_attention_2}, {"flash_attention_3", flash_attention_3}, {"flash_infer", flash_infer}, {"flash_mla", flash_mla}};

struct MoeNative {
  std::string_view name;
  i64 (*variant)(const MoeFeatures&);
};
constexpr MoeNative kMoe[] = {{"vllm_default", vllm_default}, {"by_batch", by_batch}, {"by_tiles", by_tiles}};

}  // namespace

std::vector<std::string> natives_of(Kind kind) {
  std::vector<std::string> names;
  if (kind == Kind::decode_split)
    for (const auto& each : kDecode) names.emplace_back(each.name);
  else if (kind == Kind::moe_select)
    for (const auto& each : kMoe) names.emplace_back(each.name);
  else
    for (std::string_view name : order_names()) names.emplace_back(name);
  return names;
}

std::optional<Action> native_action(std::string_view name, const Shape& shape, const Device& device) {
  if (const auto* decode = std::get_if<decode_split::Shape>(&shape)) {
    for (const auto& each : kDecode)
      if (each.name == name) return split_action(*decode, static_cast<int>(each.splits(features_of(*decode, device))));
  } else if (const auto* moe = std::get_if<moe_select::Shape>(&shape)) {
    for (const auto& each : kMoe)
      if (each.name == name) return variant_action(static_cast<int>(each.variant(features_of(*moe, device))));
  } else if (std::ranges::find(order_names(), name) != order_names().end()) {
    return order_action(named_order(name, grid(std::get<tile_order::Shape>(shape))), std::string(name));
  }
  return std::nullopt;
}

}  // namespace assay::evaluators::gpu
