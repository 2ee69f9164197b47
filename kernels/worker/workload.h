#pragma once
// One task's kernel with one shape: what its buffers are, how an action is launched on them and what must come out. Knows nothing of devices
// beyond whether to call the kernel or its twin.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/common/bf16.h"
#include "kernels/task.h"
#include "kernels/worker/device.h"

namespace assay::kernels::worker {

struct Array {
  const void* data = nullptr;
  std::size_t bytes = 0;
};

/// Where one launch works. Inputs, output and workspace are of one of the sets that are rotated; lists are shared by all sets.
struct Pointers {
  std::vector<void*> inputs, lists;
  void* out = nullptr;
  void* workspace = nullptr;
  std::uint32_t* writes = nullptr;  ///< null in timed runs
};

/// What a right result may differ by (common/compare.h, by rows).
struct Tolerance {
  double relative = 0, worst = 0;
};

/// Which function runs: the kernel, or its twin on some threads.
struct Where {
  bool gpu = false;
  int threads = 1;
};

class Workload {
 public:
  virtual ~Workload() = default;

  /// On the host, random normal; alive as long as this.
  virtual std::vector<Array> inputs() const = 0;
  virtual std::size_t rows() const = 0;   ///< of the output
  virtual std::size_t width() const = 0;  ///< bf16 values of a row
  /// [rows.size()][width], in fp64, written apart from the kernels.
  virtual std::vector<double> reference_rows(std::span<const std::size_t> rows) const = 0;
  virtual double reference_cost() const = 0;  ///< multiply-adds of one row of it, the longest
  virtual Tolerance tolerance() const = 0;

  virtual std::size_t workspace_bytes(std::uint32_t action) const = 0;
  /// What the trusted planner gives a launch beside the inputs. Alive as long as this.
  virtual std::vector<Array> lists(std::uint32_t action) const = 0;
  virtual Launch launch(std::uint32_t action, const Pointers& at, Where where) const = 0;

  virtual std::size_t counters(std::uint32_t action) const = 0;
  /// Nothing where each output (and each part of one) was written exactly once; otherwise which was not. [counters]
  virtual std::string count_objection(std::uint32_t action, std::span<const std::uint32_t> writes) const = 0;
};

/// Orders of tiles by name; the action is the place in this list.
struct Order {
  std::string name;
  std::vector<std::uint32_t> codes;
};

/// `shape` is canonical (task.h). Makes inputs from `seed`, on some threads. Orders are those of tile_order, each of the length of the grid.
std::unique_ptr<Workload> make_workload(Task task, const Json& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads);

/// Bytes of the inputs that make_workload makes on the host.
double input_bytes(Task task, const Json& canonical);

/// For the tests: a twin of make_workload whose kernel does wrong.
using MakeWorkload = std::function<std::unique_ptr<Workload>(Task, const Json&, std::uint64_t, const std::vector<Order>&, int)>;

/// "counter 17 is 2": the first of `writes` that is not 1; nothing where all are.
std::string first_not_one(std::span<const std::uint32_t> writes, std::string_view of_what);

}  // namespace assay::kernels::worker
