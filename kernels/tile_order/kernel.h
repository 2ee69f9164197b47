#pragma once
// The block with linear number `id` asks the order for its tile and computes it. No order can do harm: one that names a tile beyond the grid
// is counted and the block leaves; one that names a tile twice shows in the write counts.

#include <cstdint>

#include "kernels/tile_order/gemm.h"
#include "kernels/tile_order/prefill.h"

namespace assay::kernels::tile_order {

/// The order as data: Arguments::order. An order gives the code of a tile; any number beyond the grid's is none.
struct OrderFromData {
  template <class Block>
  ASSAY_KERNEL std::uint32_t operator()(Block& block, const Arguments& a, int id) const {
    return block.load(a.order + id);
  }
};

/// compute(row, column) for this block's tile, and its write count.
template <class Block, class Order, class Compute>
ASSAY_KERNEL void run_ordered(Block& block, const Arguments& a, const Order& order, const Compute& compute) {
  const std::uint32_t code = order(block, a, block.index()), columns = static_cast<std::uint32_t>(a.columns);
  const bool inside = code < static_cast<std::uint32_t>(a.rows) * columns;
  if (inside) compute(static_cast<int>(code / columns), static_cast<int>(code % columns));
  std::uint32_t* const counter = !inside ? a.strays : a.writes == nullptr ? nullptr : a.writes + code;
  block.each([&](int thread) {
    if (thread == 0) block.count_write(counter);
  });
}

template <class Block, class Order, class Mask = Causal>
ASSAY_KERNEL void run_prefill(Block& block, const Arguments& a, const Order& order, const Mask& hides = {}) {
  run_ordered(block, a, order, [&](int row, int column) { prefill_tile(block, a, row, column, hides); });
}

template <class Block, class Order>
ASSAY_KERNEL void run_gemm(Block& block, const Arguments& a, const Order& order) {
  run_ordered(block, a, order, [&](int row, int column) { gemm_tile(block, a, row, column); });
}

}  // namespace assay::kernels::tile_order
