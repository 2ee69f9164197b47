#pragma once
// One workload on one device, made so that a time is a time of the kernel:
//   - Inputs, output and workspace exist in several sets at different addresses, together at least 5 times the second-level cache; a sample runs the
//     kernel on each set in turn, so that no launch finds its inputs in the cache. After each sample every set must have been written.
//   - Before each sample outputs and workspaces are filled with NaN; guard bands around them must be whole afterwards.
//   - An action is verified before it is timed (fp64, exact counts of writes), and what timed runs leave is compared with the verified output
//     to the last bit: kernels are deterministic.
// The sets hold the same numbers (set 0 is copied): a kernel cannot tell, and the reference is worked out once.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "kernels/measure/random.h"
#include "kernels/worker/device.h"
#include "kernels/worker/failure.h"
#include "kernels/worker/workload.h"

namespace assay::kernels::worker {

struct Verified {
  double relative_error = 0;  ///< ||out - ref|| / ||ref|| over the rows checked
  double worst_error = 0;     ///< of one value, over the root mean square of its row
  std::size_t checked = 0;    ///< values compared with fp64; all others are looked at for NaN
};

class Bench {
 public:
  /// `least_bytes`: those that any launch must read and write, each counted once. Both references must outlive this.
  static Done<std::unique_ptr<Bench>> make(Device& device, const Workload& workload, std::span<const std::uint32_t> actions, double least_bytes, std::uint64_t seed);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Done<Verified> verify(std::uint32_t action);
  /// Requires: the action was verified. wrong_result where the run was not as the verified one.
  Done<Timing> sample(std::uint32_t action);
  std::size_t sets() const { return sets_; }

 private:
  Bench(Device& device, const Workload& workload, std::uint64_t seed) : device_(device), workload_(workload), random_(seed) {}
  struct Action {
    std::vector<void*> lists;
    std::unique_ptr<Prepared> prepared;
    std::vector<Bf16> output;  ///< as verified
  };
  struct Span {
    std::size_t offset = 0, bytes = 0;  ///< within a set
  };

  Done<void> lay_out(std::span<const std::uint32_t> actions, double least_bytes);
  Done<void> fill_sets();
  Done<void> add(std::uint32_t action);
  Pointers pointers(std::uint32_t action, std::size_t set) const;
  Done<void> poison(std::size_t sets);
  Done<void> look_at_guards(std::size_t sets);
  Done<void> compare_one_set(const Action& action);
  Done<void> count(std::uint32_t action);
  Done<Verified> compare_with_reference(const std::vector<Bf16>& output) const;
  void work_out_reference();

  Device& device_;
  const Workload& workload_;
  measure::Random random_;
  std::vector<Span> inputs_;
  Span out_, workspace_;
  std::vector<std::size_t> guards_;  ///< offsets within a set
  std::size_t stride_ = 0, sets_ = 0;
  char* memory_ = nullptr;
  std::map<std::uint32_t, Action> actions_;
  std::vector<std::size_t> rows_;  ///< that are compared with fp64
  std::vector<double> reference_;
};

}  // namespace assay::kernels::worker
