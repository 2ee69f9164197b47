#include "evaluators/gpu/orders.h"

#include <algorithm>
#include <cassert>

namespace assay::evaluators::gpu {
namespace {

struct Tile {
  int row, column;
};

Tile row_major(const tile_order::Grid& grid, int id) { return {id / grid.columns, id % grid.columns}; }

/// Triton's GROUP_M: eight rows at a time, down before across.
Tile grouped(const tile_order::Grid& grid, int id) {
  constexpr int kGroup = 8;
  const int first = id / (kGroup * grid.columns) * kGroup, in_group = id % (kGroup * grid.columns);
  const int size = std::min(grid.rows - first, kGroup);
  return {first + in_group % size, in_group / size};
}

/// CUTLASS's threadblock swizzle, without its padding: stripes of columns, across before down.
Tile swizzled(const tile_order::Grid& grid, int id) {
  constexpr int kStripe = 4;
  const int first = id / (kStripe * grid.rows) * kStripe, in_stripe = id % (kStripe * grid.rows);
  const int size = std::min(grid.columns - first, kStripe);
  return {in_stripe / size, first + in_stripe % size};
}

/// The last rows have the most work where the grid is causal.
Tile longest_first(const tile_order::Grid& grid, int id) { return {grid.rows - 1 - id / grid.columns, id % grid.columns}; }

Tile snake(const tile_order::Grid& grid, int id) {
  const int turn = id / grid.columns, at = id % grid.columns;
  return {grid.rows - 1 - turn, turn % 2 == 0 ? at : grid.columns - 1 - at};
}

struct Named {
  std::string_view name;
  Tile (*tile)(const tile_order::Grid&, int);
};
constexpr Named kOrders[] = {{"row_major", row_major}, {"grouped", grouped}, {"swizzled", swizzled}, {"longest_first", longest_first}, {"snake", snake}};

}  // namespace

std::span<const std::string_view> order_names() {
  static constexpr std::string_view kNames[] = {"row_major", "grouped", "swizzled", "longest_first", "snake"};
  return kNames;
}

Order named_order(std::string_view name, const tile_order::Grid& grid) {
  const auto found = std::ranges::find(kOrders, name, &Named::name);
  assert(found != std::end(kOrders));
  Order order;
  for (int id = 0; id < grid.tiles(); ++id) {
    const Tile tile = found->tile(grid, id);
    order.push_back(static_cast<std::uint32_t>(tile.row * grid.columns + tile.column));
  }
  return order;
}

}  // namespace assay::evaluators::gpu
