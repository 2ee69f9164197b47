#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "kernels/members.h"
#include "kernels/shape_json.h"
#include "kernels/tile_order/orders.h"
#include "kernels/worker/all.h"

namespace assay::kernels::worker {
namespace {

// For sharing out the time only.
constexpr double kTimesFloor = 3;            ///< that a kernel takes about, but
constexpr double kFewestSeconds = 4e-6;      ///< at least, of a GPU
constexpr double kSecondsPerSample = 0.001;  ///< beside the kernel: poison, scrubbing, spin, comparing
constexpr double kSecondsPerShape = 0.3;     ///< of the reference in fp64
constexpr double kSecondsPerByte = 0.5e-9;   ///< of making inputs and copying them
constexpr double kFewestBytes = 5;           ///< sets of buffers are this often the second-level cache
constexpr double kCpuTimesFloor = 400;

double estimate(const Job& job, int rounds, const DeviceFacts& device) {
  const double floor_s = floor_us(job.task, job.shape, device) / 1e6;
  const double bytes = floor_s * device.bandwidth_gb_s * 1e9;
  const double sets = std::max(4.0, kFewestBytes * static_cast<double>(device.l2_bytes) / bytes);
  const double launch = device.kind == "cpu" ? floor_s * kCpuTimesFloor : std::max(floor_s * kTimesFloor, kFewestSeconds);
  const double sample = sets * launch + kSecondsPerSample;
  return kSecondsPerShape + (input_bytes(job.task, job.shape) + bytes) * kSecondsPerByte + static_cast<double>(job.actions.size()) * (2.0 * rounds + 1) * sample;
}

void add_orders(Job& job) {
  const auto grid = tile_order::grid(shape_from<tile_order::Shape>(job.shape).value());
  for (const tile_order::Order& order : tile_order::kOrders) {
    auto codes = tile_order::codes(grid, order.tile);
    if (std::ranges::find(job.orders, codes, &Order::codes) != job.orders.end()) continue;  // the same order by another name
    job.actions.push_back(static_cast<std::uint32_t>(job.orders.size()));
    job.orders.push_back({std::string(order.name), std::move(codes)});
  }
}

/// Jobs of each task spread evenly over the whole.
std::vector<Job> mixed(std::vector<std::vector<Job>> tasks) {
  std::vector<std::pair<double, Job>> placed;
  for (auto& jobs : tasks)
    for (std::size_t i = 0; i < jobs.size(); ++i) placed.emplace_back((static_cast<double>(i) + 0.5) / static_cast<double>(jobs.size()), std::move(jobs[i]));
  std::ranges::sort(placed, [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second.task < b.second.task; });
  std::vector<Job> all;
  for (auto& [place, job] : placed) all.push_back(std::move(job));
  return all;
}

}  // namespace

Job make_job(Task task, const Json& canonical) {
  Job job;
  job.task = task;
  job.shape = canonical;
  if (task == Task::tile_order) add_orders(job);
  if (task == Task::moe_select)
    for (std::uint32_t action = 0; action < moe_select::kVariantCount; ++action) job.actions.push_back(action);
  if (task == Task::decode_split) {
    const int blocks = decode_split::blocks_of(shape_from<decode_split::Shape>(canonical).value().length);
    for (int splits = 1; splits <= decode_split::kMostSplits; ++splits)
      if (decode_split::canonical_splits(blocks, splits) == splits) job.actions.push_back(static_cast<std::uint32_t>(splits));
  }
  return job;
}

std::expected<ShapeList, std::string> read_shapes(const std::filesystem::path& path, const DeviceFacts& device) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(path.string() + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = parse_line(text);
  if (!json) return std::unexpected(path.string() + ": " + json.error());
  ShapeList list;
  std::vector<Json> shapes[3];
  Members read(*json, path.string() + ":");
  read.needs("seed", list.seed).needs("rounds", list.rounds);
  for (Task task : {Task::decode_split, Task::tile_order, Task::moe_select}) read.may_have(name_of(task), shapes[static_cast<std::size_t>(task)]);
  read.must(list.rounds >= 2 && list.rounds <= 1000, "\"rounds\" is out of range");  // two samples of an action each: kFewestSamples
  if (std::string problem = read.end(); !problem.empty()) return std::unexpected(problem);
  std::vector<std::vector<Job>> tasks(3);
  for (std::size_t i = 0; i < 3; ++i)
    for (const Json& shape : shapes[i]) {
      const auto task = static_cast<Task>(i);
      const auto canonical = canonical_shape(task, shape);
      if (!canonical) return std::unexpected(path.string() + ": " + std::string(name_of(task)) + ": " + shape.dump() + ": " + canonical.error());
      if (std::ranges::find(tasks[i], *canonical, &Job::shape) != tasks[i].end()) return std::unexpected(path.string() + ": twice: " + canonical->dump());
      tasks[i].push_back(make_job(task, *canonical));
      tasks[i].back().seconds = estimate(tasks[i].back(), list.rounds, device);
    }
  list.jobs = mixed(std::move(tasks));
  return list;
}

}  // namespace assay::kernels::worker
