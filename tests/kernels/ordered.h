#pragma once
// A launch of tile_order's twin over fresh buffers, and all there is to know about its result.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/common/compare.h"
#include "kernels/tile_order/launch.h"
#include "kernels/tile_order/orders.h"
#include "kernels/tile_order/problem.h"

namespace assay::kernels::tile_order {

struct Ordered {
  std::vector<Bf16> out;
  std::vector<std::uint32_t> writes;  ///< of each tile
  std::uint32_t strays = 0;
  std::vector<std::string> findings;
  Comparison comparison;
  bool agrees() const { return comparison.within(kRelativeTolerance, kWorstTolerance); }
  bool once() const {
    return strays == 0 && std::ranges::all_of(writes, [](std::uint32_t count) { return count == 1; });
  }
};

using Launch = std::function<std::vector<std::string>(const Arguments&)>;

/// The output is NaN before.
inline Ordered run_ordered(const Shape& shape, const std::vector<std::uint32_t>& order, const Launch& launch) {
  const Inputs inputs = make_inputs(shape, 7);
  Ordered result;
  const std::size_t width = row_width(shape);
  result.out.assign(row_count(shape) * width, kBf16NaN);
  result.writes.assign(static_cast<std::size_t>(grid(shape).tiles()), 0);
  Arguments a = sizes(shape);
  a.q = inputs.q.data(), a.k = inputs.k.data(), a.v = inputs.v.data();
  a.a = inputs.a.data(), a.b = inputs.b.data();
  a.out = result.out.data(), a.order = order.data(), a.writes = result.writes.data(), a.strays = &result.strays;
  result.findings = launch(a);
  result.comparison = compare(result.out, reference(shape, inputs), width);
  return result;
}

inline Ordered run_ordered(const Shape& shape, const std::vector<std::uint32_t>& order, Twin mode = Twin::fast) {
  return run_ordered(shape, order, [&](const Arguments& a) { return run_twin(a, shape.kernel, 1, mode); });
}

inline Shape prefill_of(int length, int heads_q, int heads_kv, int sequences = 1) {
  return {.kernel = Kernel::prefill, .sequences = sequences, .heads_q = heads_q, .heads_kv = heads_kv, .length = length};
}
inline Shape gemm_of(int m, int n, int k) { return {.kernel = Kernel::gemm, .m = m, .n = n, .k = k}; }

}  // namespace assay::kernels::tile_order
