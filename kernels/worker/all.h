#pragma once
// Fills the tables of one device: every shape of a list x every distinct action, within a given time. What is measured is on disk before the
// next shape begins; a run that is killed leaves valid tables, and --resume adds what they lack. A shape that lacks actions is measured anew as a
// whole, for only figures of one request are comparable.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "kernels/table.h"
#include "kernels/worker/serve.h"
#include "kernels/worker/workload.h"

namespace assay::kernels::worker {

struct AllOptions {
  std::filesystem::path shapes;  ///< the list (kernels/shapes.json)
  std::filesystem::path out;     ///< the device's folder of tables
  double minutes = 9;
  bool resume = false, dry_run = false;
};

/// One shape of the list, with all that is asked of it.
struct Job {
  Task task = Task::decode_split;
  Json shape;                          ///< canonical
  std::vector<std::uint32_t> actions;  ///< each a launch of its own; of tile_order places in orders
  std::vector<Order> orders;
  double seconds = 0;                  ///< about what it takes, by floors; only to share out the time
};

struct ShapeList {
  std::uint64_t seed = 0;
  int rounds = 0;
  std::vector<Job> jobs;  ///< those of all tasks mixed, so that a run that ends early has some of each
};

/// Reads the list, for a device: {"seed":7,"rounds":8,"decode_split":[shape,..],"tile_order":[..],"moe_select":[..]}. Strict.
std::expected<ShapeList, std::string> read_shapes(const std::filesystem::path& path, const DeviceFacts& device);

/// Everything that is asked of a shape: of decode_split each number of splits that is a launch of its own, of tile_order the orders of
/// orders.h that differ on its grid, of moe_select all variants.
Job make_job(Task task, const Json& canonical);

/// How far apart two times are whose log ratio this is: "10.5 %".
std::string percent_apart(double log_ratio);

/// The exit status. Says what it does on standard error, a line a shape. `today` is YYYY-MM-DD.
int measure_all(Serving& serving, const AllOptions& options, const std::string& today);

}  // namespace assay::kernels::worker
