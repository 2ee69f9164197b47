#include "kernels/moe_select/launch.h"
#include "kernels/moe_select/plan.h"
#include "kernels/moe_select/problem.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {
namespace {

using namespace moe_select;

class MoeWorkload : public Workload {
 public:
  MoeWorkload(const Shape& shape, std::uint64_t seed, int threads) : shape_(shape), plan_(plan(shape)) {
    const auto size = [](long long value) { return static_cast<std::size_t>(value); };
    inputs_.x = normal_values(size(shape.tokens) * size(shape.k), 3 * seed, threads);  // as make_inputs()
    inputs_.weights = normal_values(size(shape.experts) * size(shape.n) * size(shape.k), 3 * seed + 1, threads);
  }

  std::vector<Array> inputs() const override { return {array_of(inputs_.x), array_of(inputs_.weights)}; }
  std::size_t rows() const override { return row_count(shape_); }
  std::size_t width() const override { return row_width(shape_); }
  std::vector<double> reference_rows(std::span<const std::size_t> rows) const override { return moe_select::reference_rows(shape_, inputs_, rows); }
  double reference_cost() const override { return 1.0 * shape_.n * shape_.k; }
  Tolerance tolerance() const override { return {kRelativeTolerance, kWorstTolerance}; }

  std::size_t workspace_bytes(std::uint32_t) const override { return 0; }
  std::vector<Array> lists(std::uint32_t) const override { return {array_of(plan_.row_token), array_of(plan_.lists)}; }
  std::size_t counters(std::uint32_t) const override { return rows() * static_cast<std::size_t>(shape_.n / kCountedColumns); }
  std::string count_objection(std::uint32_t, std::span<const std::uint32_t> writes) const override { return first_not_one(writes, "piece of an output row"); }

  Launch launch(std::uint32_t action, const Pointers& at, Where where) const override {
    Arguments arguments = sizes(shape_, plan_);
    arguments.x = static_cast<const Bf16*>(at.inputs[0]);
    arguments.weights = static_cast<const Bf16*>(at.inputs[1]);
    arguments.out = static_cast<Bf16*>(at.out);
    arguments.row_token = static_cast<const std::uint32_t*>(at.lists[0]);
    arguments.lists = static_cast<const ExpertRows*>(at.lists[1]);
    arguments.writes = at.writes;
    return [arguments, where, action](void* stream) {
      if (where.gpu) return moe_select::launch(arguments, static_cast<int>(action), stream);
      run_twin(arguments, static_cast<int>(action), where.threads, Twin::fast);
      return 0;
    };
  }

 private:
  Shape shape_;
  Plan plan_;
  Inputs inputs_;
};

}  // namespace

std::unique_ptr<Workload> make_moe_workload(const moe_select::Shape& shape, std::uint64_t seed, int threads) { return std::make_unique<MoeWorkload>(shape, seed, threads); }

}  // namespace assay::kernels::worker
