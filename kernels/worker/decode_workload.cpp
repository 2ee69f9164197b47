#include <map>

#include "kernels/decode_split/launch.h"
#include "kernels/decode_split/plan.h"
#include "kernels/decode_split/problem.h"
#include "kernels/worker/workloads.h"

namespace assay::kernels::worker {
namespace {

using namespace decode_split;

class DecodeWorkload : public Workload {
 public:
  DecodeWorkload(const Shape& shape, std::uint64_t seed, int threads) : shape_(shape) {
    inputs_.q = normal_values(query_count(shape), 3 * seed, threads);  // as make_inputs()
    inputs_.k = normal_values(cache_count(shape), 3 * seed + 1, threads);
    inputs_.v = normal_values(cache_count(shape), 3 * seed + 2, threads);
  }

  std::vector<Array> inputs() const override { return {array_of(inputs_.q), array_of(inputs_.k), array_of(inputs_.v)}; }
  std::size_t rows() const override { return row_count(shape_); }
  std::size_t width() const override { return static_cast<std::size_t>(shape_.head_dim); }
  std::vector<double> reference_rows(std::span<const std::size_t> rows) const override {
    return decode_split::reference_rows(shape_, inputs_.q, inputs_.k, inputs_.v, rows);
  }
  double reference_cost() const override { return 2.0 * shape_.length * shape_.head_dim; }
  Tolerance tolerance() const override { return {kRelativeTolerance, kWorstTolerance}; }

  std::size_t workspace_bytes(std::uint32_t action) const override { return decode_split::workspace_bytes(shape_, static_cast<int>(action)); }
  std::vector<Array> lists(std::uint32_t action) const override { return {array_of(planned(action).work), array_of(planned(action).merges)}; }
  std::size_t counters(std::uint32_t action) const override { return rows() + partial_rows(action); }
  std::string count_objection(std::uint32_t, std::span<const std::uint32_t> writes) const override {
    if (std::string said = first_not_one(writes.first(rows()), "output row"); !said.empty()) return said;
    return first_not_one(writes.subspan(rows()), "partial row");
  }

  Launch launch(std::uint32_t action, const Pointers& at, Where where) const override {
    const Plan& plan = planned(action);
    Arguments arguments = sizes(shape_, plan);
    arguments.q = static_cast<const Bf16*>(at.inputs[0]);
    arguments.k = static_cast<const Bf16*>(at.inputs[1]);
    arguments.v = static_cast<const Bf16*>(at.inputs[2]);
    arguments.work = static_cast<const Work*>(at.lists[0]);
    arguments.merges = static_cast<const Merge*>(at.lists[1]);
    arguments.out = static_cast<Bf16*>(at.out);
    arguments.partial_out = static_cast<float*>(at.workspace);
    arguments.partial_lse = reinterpret_cast<float*>(static_cast<char*>(at.workspace) + partial_out_bytes(shape_, plan));
    arguments.writes = at.writes;
    arguments.partial_writes = at.writes == nullptr ? nullptr : at.writes + rows();
    return [arguments, where](void* stream) {
      if (where.gpu) return decode_split::launch(arguments, arguments.splits, stream);
      run_twin(arguments, arguments.splits, where.threads, Twin::fast);
      return 0;
    };
  }

 private:
  std::size_t partial_rows(std::uint32_t action) const { return static_cast<std::size_t>(planned(action).slots) * static_cast<std::size_t>(shape_.heads_q); }
  const Plan& planned(std::uint32_t action) const {
    const auto found = plans_.find(action);
    return found != plans_.end() ? found->second : plans_.emplace(action, plan(shape_, static_cast<int>(action))).first->second;
  }

  Shape shape_;
  Inputs inputs_;
  mutable std::map<std::uint32_t, Plan> plans_;  // made when first asked for
};

}  // namespace

std::unique_ptr<Workload> make_decode_workload(const decode_split::Shape& shape, std::uint64_t seed, int threads) {
  return std::make_unique<DecodeWorkload>(shape, seed, threads);
}

}  // namespace assay::kernels::worker
