#include "evaluators/gpu/problem.h"

#include <algorithm>

#include "base/digest.h"
#include "kernels/shape_json.h"

namespace assay::evaluators::gpu {
namespace {

template <class One>
Result<Shape> read(const Json& json) {
  auto shape = kernels::shape_from<One>(json);
  if (!shape) return fail(shape.error());
  return Shape(*shape);
}

std::string little_endian(const Order& order) {
  std::string bytes;
  bytes.reserve(order.size() * 4);
  for (std::uint32_t code : order)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(code >> shift & 0xff);
  return bytes;
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::string_view kNames[] = {"decode_split", "moe_select", "tile_order"};
  return kNames[static_cast<std::size_t>(kind)];
}

Kind kind_of(const Shape& shape) { return static_cast<Kind>(shape.index()); }
Json to_json(const Shape& shape) { return std::visit([](const auto& each) { return kernels::to_json(each); }, shape); }

Subject subject_of(const Shape& shape) {
  Subject subject{.shape = shape, .text = to_json(shape).dump()};
  std::visit([&](const auto& each) { subject.least_bytes = least_bytes(each), subject.flops = flops(each); }, shape);
  if (const auto* moe = std::get_if<moe_select::Shape>(&shape))
    for (int rows : histogram(*moe))
      for (int i = 0; i < 4; ++i) subject.tile_rows[static_cast<std::size_t>(i)] += (rows + (16 << i) - 1) / (16 << i);
  if (const auto* tiled = std::get_if<tile_order::Shape>(&shape)) subject.decisions = static_cast<std::size_t>(grid(*tiled).tiles());
  return subject;
}

Result<Shape> shape_from(Kind kind, const Json& json) {
  if (kind == Kind::decode_split) return read<decode_split::Shape>(json);
  if (kind == Kind::moe_select) return read<moe_select::Shape>(json);
  return read<tile_order::Shape>(json);
}

int longest_blocks(const decode_split::Shape& shape) { return decode_split::blocks_of(shape.length); }

Action split_action(const decode_split::Shape& shape, int splits) {
  const int parts = decode_split::canonical_splits(longest_blocks(shape), splits);
  return {std::to_string(parts), std::to_string(parts), parts, nullptr};
}

Action variant_action(int variant) { return {std::to_string(variant), std::to_string(variant), variant, nullptr}; }

Action order_action(Order order, std::string name) {
  std::string key = sha256(little_endian(order)).hex();
  if (name.empty()) name = key.substr(0, 12);
  return {std::move(key), std::move(name), 0, std::make_shared<const Order>(std::move(order))};
}

Action number_action(const Shape& shape, int number) {
  const auto* decode = std::get_if<decode_split::Shape>(&shape);
  return decode != nullptr ? split_action(*decode, number) : variant_action(number);
}

std::vector<Action> all_actions(const Shape& shape) {
  std::vector<Action> all;
  if (const auto* decode = std::get_if<decode_split::Shape>(&shape)) {
    for (int splits = 1; splits <= decode_split::kMostSplits; ++splits)
      if (Action action = split_action(*decode, splits); action.number == splits) all.push_back(std::move(action));
  } else if (std::holds_alternative<moe_select::Shape>(shape)) {
    for (int variant = 0; variant < moe_select::kVariantCount; ++variant) all.push_back(variant_action(variant));
  }
  return all;
}

namespace {

/// Draws from one seed.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return decode_split::next_random(state_); }
  int within(int low, int high) { return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1)); }
  /// Each power of two as likely as the next.
  int log_within(int low, int high) {
    int top = low;
    for (int steps = within(0, 20); steps > 0 && top < high; --steps) top *= 2;
    return within(low, std::min(top, high));
  }

 private:
  std::uint64_t state_;
};

}  // namespace

Shape random_shape(Kind kind, std::uint64_t seed) {
  Draws draw(seed);
  if (kind == Kind::decode_split) {
    decode_split::Shape shape;
    shape.heads_kv = 1 << draw.within(0, 4);
    shape.heads_q = std::min(128, shape.heads_kv * draw.within(1, 8));
    shape.heads_q -= shape.heads_q % shape.heads_kv;
    shape.head_dim = draw.within(0, 1) == 0 ? 64 : 128;
    shape.sequences = draw.log_within(1, decode_split::kMostSequences);
    shape.length = draw.log_within(1, decode_split::kMostLength);
    shape.raggedness = static_cast<decode_split::Raggedness>(draw.within(0, 3));
    shape.seed = draw.next() >> 1;
    return shape;
  }
  if (kind == Kind::moe_select) {
    moe_select::Shape shape;
    shape.experts = draw.log_within(1, 64);
    shape.top_k = draw.within(1, std::min(8, shape.experts));
    shape.tokens = draw.log_within(1, 2048);
    shape.n = 128 * draw.log_within(1, 128);
    shape.k = 64 * draw.log_within(1, 128);
    shape.skew = static_cast<moe_select::Skew>(draw.within(0, 3));
    shape.seed = draw.next() >> 1;
    return shape;
  }
  tile_order::Shape shape;
  if (draw.within(0, 1) == 0) {
    shape.heads_q = shape.heads_kv = draw.within(1, 32);
    shape.sequences = draw.within(1, 4);
    shape.length = draw.log_within(1, 8192);
  } else {
    shape.kernel = tile_order::Kernel::gemm;
    shape.m = 8 * draw.log_within(1, 512);
    shape.n = 8 * draw.log_within(1, 512);
    shape.k = 64 * draw.within(1, 64);
  }
  return shape;
}

}  // namespace assay::evaluators::gpu
