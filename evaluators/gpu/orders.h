#pragma once
// Orders of tiles by name: the native baselines of tile_order.

#include <span>
#include <string_view>

#include "evaluators/gpu/problem.h"

namespace assay::evaluators::gpu {

/// row_major, grouped, swizzled, longest_first, snake.
std::span<const std::string_view> order_names();

/// Requires: `name` is one of them. Ensures: a permutation of the grid's codes.
Order named_order(std::string_view name, const tile_order::Grid& grid);

}  // namespace assay::evaluators::gpu
