#include "kernels/common/grid.h"
#include "kernels/tile_order/kernel.h"
#include "kernels/tile_order/launch.h"

namespace assay::kernels::tile_order {
namespace {

std::size_t product_of(std::initializer_list<int> factors) {
  std::size_t product = 1;
  for (int factor : factors) product *= static_cast<std::size_t>(factor);
  return product;
}

/// What a launch may touch, and how.
Extents extents_of(const Arguments& a, Kernel kernel) {
  Extents extents;
  const std::size_t tiles = product_of({a.rows, a.columns});
  extents.readable("order", a.order, tiles);
  if (a.writes != nullptr) extents.writable("writes", a.writes, tiles);
  extents.writable("strays", a.strays, 1);
  if (kernel == Kernel::gemm) {
    extents.readable("a", a.a, product_of({a.m, a.inner}));
    extents.readable("b", a.b, product_of({a.n, a.inner}));
    extents.writable("out", a.out, product_of({a.m, a.n}));
    return extents;
  }
  const int tokens = a.columns / a.heads_q * a.length;
  extents.readable("q", a.q, product_of({tokens, a.heads_q, kHeadDim}));
  extents.readable("k", a.k, product_of({tokens, a.heads_kv, kHeadDim}));
  extents.readable("v", a.v, product_of({tokens, a.heads_kv, kHeadDim}));
  extents.writable("out", a.out, product_of({tokens, a.heads_q, kHeadDim}));
  return extents;
}

}  // namespace

std::vector<std::string> run_twin(const Arguments& a, Kernel kernel, int threads, Twin mode) {
  const Extents extents = extents_of(a, kernel);
  const int blocks = a.rows * a.columns;
  if (kernel == Kernel::gemm)
    return run_grid<GemmTile::kThreads>(blocks, GemmTile::kSharedBytes, threads, mode, extents, [&](auto& block) { run_gemm(block, a, OrderFromData{}); });
  return run_grid<Prefill::kThreads>(blocks, Prefill::kSharedBytes, threads, mode, extents, [&](auto& block) { run_prefill(block, a, OrderFromData{}); });
}

}  // namespace assay::kernels::tile_order
