#pragma once
// The three decisions inside GPU kernels as the domain sees them: a shape (kernels/*/shape.h), and what a policy decided for it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernels/decode_split/shape.h"
#include "kernels/moe_select/shape.h"
#include "kernels/tile_order/shape.h"

namespace assay::evaluators::gpu {

namespace decode_split = kernels::decode_split;
namespace moe_select = kernels::moe_select;
namespace tile_order = kernels::tile_order;

/// In the order of Shape's alternatives.
enum class Kind : std::uint8_t { decode_split, moe_select, tile_order };
inline constexpr Kind kKinds[] = {Kind::decode_split, Kind::moe_select, Kind::tile_order};
std::string_view name_of(Kind kind);

using Shape = std::variant<decode_split::Shape, moe_select::Shape, tile_order::Shape>;

/// A shape and its one text (kernels/shape_json.h), by which tables are searched.
struct Subject {
  Shape shape;
  std::string text;
  /// Tiles of the grid; of the other kinds 1: a decision is one word.
  std::size_t decisions = 1;
  double least_bytes = 0, flops = 0;  ///< device memory traffic and arithmetic that nothing can do without
  std::array<long long, 4> tile_rows{};  ///< of moe_select: tiles of 16, 32, 64 and 128 rows over all experts
};
Subject subject_of(const Shape& shape);
Kind kind_of(const Shape& shape);
Json to_json(const Shape& shape);
/// The Error is kernels::shape_from's.
Result<Shape> shape_from(Kind kind, const Json& json);

/// Codes row * columns + column by linear block id.
using Order = std::vector<std::uint32_t>;

/// What is measured: two decisions that launch the same thing are one action.
struct Action {
  std::string key;                     ///< "4", or the sha256 of the order's codes, little endian, in hex
  std::string name;                    ///< to be read: "4", or of an order that has one "snake"
  int number = 0;                      ///< splits of the longest sequence, or the variant
  std::shared_ptr<const Order> order;  ///< of tile_order only
};
/// `splits` in 1 .. 128; brought to the smallest number that launches the same.
Action split_action(const decode_split::Shape& shape, int splits);
Action variant_action(int variant);
Action order_action(Order order, std::string name = "");

/// Blocks of 64 tokens of the longest sequence.
int longest_blocks(const decode_split::Shape& shape);

/// The number of a decision for the two kinds where it is one: parts asked for, or the variant.
Action number_action(const Shape& shape, int number);
/// Every action of a shape, where it is one of few; none for an order.
std::vector<Action> all_actions(const Shape& shape);

/// A valid shape of a kind, by a seed: small enough that a run over some hundreds is short.
Shape random_shape(Kind kind, std::uint64_t seed);

}  // namespace assay::evaluators::gpu
