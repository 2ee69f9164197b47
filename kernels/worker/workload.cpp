#include "kernels/worker/workload.h"

#include <algorithm>
#include <thread>

#include "kernels/common/random.h"
#include "kernels/shape_json.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {

std::unique_ptr<Workload> make_workload(Task task, const Json& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads) {
  switch (task) {
    case Task::decode_split: return make_decode_workload(shape_from<decode_split::Shape>(shape).value(), seed, threads);
    case Task::tile_order: return make_order_workload(shape_from<tile_order::Shape>(shape).value(), seed, orders, threads);
    case Task::moe_select: return make_moe_workload(shape_from<moe_select::Shape>(shape).value(), seed, threads);
  }
  return nullptr;
}

double input_bytes(Task task, const Json& canonical) {
  switch (task) {
    case Task::decode_split: return least_bytes(shape_from<decode_split::Shape>(canonical).value());  // all are read
    case Task::tile_order: return least_bytes(shape_from<tile_order::Shape>(canonical).value());
    case Task::moe_select: break;
  }
  const auto s = shape_from<moe_select::Shape>(canonical).value();
  return 2.0 * (1.0 * s.experts * s.n * s.k + 1.0 * s.tokens * s.k);
}

std::string first_not_one(std::span<const std::uint32_t> writes, std::string_view of_what) {
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (writes[i] != 1) return std::string(of_what) + " " + std::to_string(i) + " was written " + std::to_string(writes[i]) + " times";
  return {};
}

std::vector<Bf16> normal_values(std::size_t count, std::uint64_t stream, int threads) {
  std::vector<Bf16> values(count);
  const std::size_t part = count / static_cast<std::size_t>(threads) + 1;
  std::vector<std::jthread> all;
  for (std::size_t first = 0; first < count; first += part)
    all.emplace_back([&values, first, stream, end = std::min(first + part, count)] {
      for (std::size_t i = first; i < end; ++i) values[i] = random_normal(stream, i);
    });
  all.clear();
  return values;
}

}  // namespace assay::kernels::worker
