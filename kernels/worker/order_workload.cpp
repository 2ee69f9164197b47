#include "kernels/tile_order/launch.h"
#include "kernels/tile_order/problem.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {
namespace {

using namespace tile_order;

/// The action is the place of an order in the list.
class OrderWorkload : public Workload {
 public:
  OrderWorkload(const Shape& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads, OrderCode code)
      : shape_(shape), orders_(orders), code_(std::move(code)) {
    const auto normal = [seed, threads](std::size_t count, std::uint64_t number) { return normal_values(count, 3 * seed + number, threads); };  // as make_inputs()
    const auto size = [](long long value) { return static_cast<std::size_t>(value); };
    if (shape.kernel == Kernel::gemm) {
      inputs_.a = normal(size(shape.m) * size(shape.k), 0);
      inputs_.b = normal(size(shape.n) * size(shape.k), 1);
    } else {
      const std::size_t tokens = size(shape.sequences) * size(shape.length);
      inputs_.q = normal(tokens * size(shape.heads_q) * kHeadDim, 0);
      inputs_.k = normal(tokens * size(shape.heads_kv) * kHeadDim, 1);
      inputs_.v = normal(tokens * size(shape.heads_kv) * kHeadDim, 2);
    }
  }

  std::vector<Array> inputs() const override {
    if (shape_.kernel == Kernel::gemm) return {array_of(inputs_.a), array_of(inputs_.b)};
    return {array_of(inputs_.q), array_of(inputs_.k), array_of(inputs_.v)};
  }
  std::size_t rows() const override { return row_count(shape_); }
  std::size_t width() const override { return row_width(shape_); }
  std::vector<double> reference_rows(std::span<const std::size_t> rows) const override { return tile_order::reference_rows(shape_, inputs_, rows); }
  double reference_cost() const override { return shape_.kernel == Kernel::gemm ? 1.0 * shape_.n * shape_.k : 2.0 * shape_.length * kHeadDim; }
  Tolerance tolerance() const override { return {kRelativeTolerance, kWorstTolerance}; }

  std::size_t workspace_bytes(std::uint32_t) const override { return sizeof(std::uint32_t); }  // strays
  std::vector<Array> lists(std::uint32_t action) const override {
    if (action == orders_.size()) return {};
    return {array_of(orders_[action].codes)};
  }
  std::size_t counters(std::uint32_t) const override { return tiles() + 1; }
  std::string count_objection(std::uint32_t, std::span<const std::uint32_t> writes) const override {
    if (writes[tiles()] != 0) return std::to_string(writes[tiles()]) + " blocks have a tile outside of the grid";
    return first_not_one(writes.first(tiles()), "tile");
  }

  Launch launch(std::uint32_t action, const Pointers& at, Where where) const override {
    Arguments arguments = sizes(shape_);
    const auto input = [&](std::size_t i) { return static_cast<const Bf16*>(at.inputs[i]); };
    if (shape_.kernel == Kernel::gemm) arguments.a = input(0), arguments.b = input(1);
    else arguments.q = input(0), arguments.k = input(1), arguments.v = input(2);
    arguments.out = static_cast<Bf16*>(at.out);
    if (action < orders_.size()) arguments.order = static_cast<const std::uint32_t*>(at.lists[0]);
    arguments.writes = at.writes;
    arguments.strays = at.writes == nullptr ? static_cast<std::uint32_t*>(at.workspace) : at.writes + tiles();
    if (action == orders_.size()) return [arguments, code = code_](void* stream) { return code(arguments, stream); };
    return [arguments, where, kernel = shape_.kernel](void* stream) {
      if (where.gpu) return tile_order::launch(arguments, kernel, stream);
      run_twin(arguments, kernel, where.threads, Twin::fast);
      return 0;
    };
  }

 private:
  std::size_t tiles() const { return static_cast<std::size_t>(grid(shape_).tiles()); }

  Shape shape_;
  Inputs inputs_;
  std::vector<Order> orders_;
  OrderCode code_;
};

}  // namespace

std::unique_ptr<Workload> make_order_workload(const tile_order::Shape& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads, OrderCode code) {
  return std::make_unique<OrderWorkload>(shape, seed, orders, threads, std::move(code));
}

}  // namespace assay::kernels::worker
