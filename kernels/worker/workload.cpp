#include "kernels/worker/workload.h"

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

std::string first_not_one(std::span<const std::uint32_t> writes, std::string_view of_what) {
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (writes[i] != 1) return std::string(of_what) + " " + std::to_string(i) + " was written " + std::to_string(writes[i]) + " times";
  return {};
}

}  // namespace assay::kernels::worker
