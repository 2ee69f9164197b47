#pragma once
// The three workloads, and what their making shares.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/decode_split/shape.h"
#include "kernels/moe_select/shape.h"
#include "kernels/tile_order/arguments.h"
#include "kernels/tile_order/shape.h"
#include "kernels/worker/workload.h"

namespace assay::kernels::worker {

/// Launches tile_order's kernel with an order that is linked in as code (cuda_device.h): arguments without an order, and a stream.
using OrderCode = std::function<int(const tile_order::Arguments&, void* stream)>;

std::unique_ptr<Workload> make_decode_workload(const decode_split::Shape& shape, std::uint64_t seed, int threads);
/// The action after the last order is `code`.
std::unique_ptr<Workload> make_order_workload(const tile_order::Shape& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads, OrderCode code = {});
std::unique_ptr<Workload> make_moe_workload(const moe_select::Shape& shape, std::uint64_t seed, int threads);

template <class T>
Array array_of(const std::vector<T>& values) {
  return {values.data(), values.size() * sizeof(T)};
}

/// random_normal(stream, 0 .. count - 1) of common/random.h, on some threads: inputs of a big shape take gigabytes.
std::vector<Bf16> normal_values(std::size_t count, std::uint64_t stream, int threads);

}  // namespace assay::kernels::worker
