#include <utility>

#include "kernels/common/grid.h"
#include "kernels/moe_select/kernel.h"
#include "kernels/moe_select/launch.h"

namespace assay::kernels::moe_select {
namespace {

/// What a launch may touch, and how.
Extents extents_of(const Arguments& a) {
  const auto tokens = static_cast<std::size_t>(a.tokens), rows = static_cast<std::size_t>(a.rows), n = static_cast<std::size_t>(a.n), k = static_cast<std::size_t>(a.k);
  Extents extents;
  extents.readable("x", a.x, tokens * k);
  extents.readable("weights", a.weights, static_cast<std::size_t>(a.experts) * n * k);
  extents.readable("row_token", a.row_token, rows);
  extents.readable("lists", a.lists, static_cast<std::size_t>(a.list_begin[kHeightCount]));
  extents.writable("out", a.out, rows * n);
  if (a.writes != nullptr) extents.writable("writes", a.writes, rows * (n / kCountedColumns));
  return extents;
}

using Launch = std::vector<std::string> (*)(const Arguments&, int threads, Twin mode);

template <int kAction>
std::vector<std::string> run_variant(const Arguments& a, int threads, Twin mode) {
  using Tile = TileOf<kAction>;
  return run_grid<Tile::kThreads>(blocks_of(a, kAction), Tile::kSharedBytes, threads, mode, extents_of(a), [&](auto& block) { run<Tile>(block, a); });
}

template <int... kActions>
std::vector<std::string> run_action(std::integer_sequence<int, kActions...>, const Arguments& a, int action, int threads, Twin mode) {
  static constexpr Launch kLaunches[] = {run_variant<kActions>...};
  return kLaunches[action](a, threads, mode);
}

}  // namespace

std::vector<std::string> run_twin(const Arguments& a, int action, int threads, Twin mode) {
  return run_action(std::make_integer_sequence<int, kVariantCount>{}, a, action, threads, mode);
}

}  // namespace assay::kernels::moe_select
