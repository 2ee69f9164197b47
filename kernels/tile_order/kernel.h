#pragma once
// The block with linear number `id` asks the order for its tile and computes it. No order can do harm: one that names a tile beyond the grid
// is counted and the block leaves; one that names a tile twice shows in the write counts.

#include <cstdint>

#include "kernels/tile_order/gemm.h"
#include "kernels/tile_order/prefill.h"

namespace assay::kernels::tile_order {

/// The order as data: Arguments::order.
struct OrderFromData {
  template <class Block>
  ASSAY_KERNEL void operator()(Block& block, const Arguments& a, int id, int& row, int& column) const {
    const std::uint32_t code = block.load(a.order + id), columns = static_cast<std::uint32_t>(a.columns);
    const bool inside = code < static_cast<std::uint32_t>(a.rows) * columns;
    row = inside ? static_cast<int>(code / columns) : -1;
    column = inside ? static_cast<int>(code % columns) : -1;
  }
};

/// compute(row, column) for this block's tile, and its write count.
template <class Block, class Order, class Compute>
ASSAY_KERNEL void run_ordered(Block& block, const Arguments& a, const Order& order, const Compute& compute) {
  int row = -1, column = -1;
  order(block, a, block.index(), row, column);
  const bool inside = row >= 0 && row < a.rows && column >= 0 && column < a.columns;
  if (inside) compute(row, column);
  block.each([&](int thread) {
    if (thread == 0) block.count_write(inside ? (a.writes == nullptr ? nullptr : a.writes + row * a.columns + column) : a.strays);
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
