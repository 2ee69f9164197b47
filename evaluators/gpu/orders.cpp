#include "evaluators/gpu/orders.h"

#include <algorithm>
#include <cassert>

#include "kernels/tile_order/orders.h"

namespace assay::evaluators::gpu {

std::span<const std::string_view> order_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const tile_order::Order& each : tile_order::kOrders) all.push_back(each.name);
    return all;
  }();
  return names;
}

Order named_order(std::string_view name, const tile_order::Grid& grid) {
  const auto found = std::ranges::find(tile_order::kOrders, name, &tile_order::Order::name);
  assert(found != std::end(tile_order::kOrders));
  return tile_order::codes(grid, found->tile);
}

}  // namespace assay::evaluators::gpu
