// The kernel stage: what one candidate costs over the task's training set with the kernel's TCP in real time, one instance after the other or several at
// once, and how late the emulators then are.
//
//   kernel_bench [algorithm] [at once]...      default: cubic, and 1, 2 and 4 at once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "evaluators/congestion/congestion_settings.h"
#include "evaluators/congestion/kernel/tcp_run.h"
#include "tasks/task.h"

namespace {

using namespace assay;
namespace congestion = evaluators::congestion;
namespace kernel = evaluators::congestion::kernel;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "kernel_bench: %s\n", what.c_str());
  std::exit(2);
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<congestion::Plan> training_set() {
  auto task = tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control");
  if (!task) stop(task.error().what);
  std::vector<congestion::Plan> plans;
  for (const auto& spec : task->split(tasks::Split::train)) {
    std::vector<std::string> problems;
    plans.push_back(congestion::read_settings(spec.settings, task->folder, spec.name, problems));
    if (!problems.empty()) stop(problems.front());
  }
  return plans;
}

struct Cost {
  double worst_p99_ms = 0, worst_ms = 0, set_up_s = 0;
  int invalid = 0;
};

Cost run_all(const std::vector<congestion::Plan>& plans, const std::string& algorithm, std::size_t at_once) {
  std::vector<Cost> costs(at_once);
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> workers;
  for (std::size_t w = 0; w < at_once; ++w)
    workers.emplace_back([&, w] {
      for (std::size_t i = next++; i < plans.size(); i = next++) {
        auto flows = kernel::flow_plans(plans[i], algorithm);
        if (!flows) stop(flows.error().what);
        auto run = kernel::run_on_kernel(plans[i], *flows, {});
        if (!run) stop(run.error().what);
        const auto& late = *run ? (*run)->lateness : run->error().lateness;
        costs[w].worst_p99_ms = std::max(costs[w].worst_p99_ms, late.p99_ms);
        costs[w].worst_ms = std::max(costs[w].worst_ms, late.max_ms);
        if (*run) costs[w].set_up_s = std::max(costs[w].set_up_s, (*run)->wall_s - static_cast<double>(plans[i].scenario.duration_ns) / assay_congestion::kSecond);
        else ++costs[w].invalid;
      }
    });
  for (auto& worker : workers) worker.join();
  Cost all;
  for (const Cost& each : costs) {
    all.worst_p99_ms = std::max(all.worst_p99_ms, each.worst_p99_ms);
    all.worst_ms = std::max(all.worst_ms, each.worst_ms);
    all.set_up_s = std::max(all.set_up_s, each.set_up_s);
    all.invalid += each.invalid;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string algorithm = argc > 1 ? argv[1] : "cubic";
  std::vector<std::size_t> at_once;
  for (int i = 2; i < argc; ++i) at_once.push_back(static_cast<std::size_t>(std::clamp(std::atoi(argv[i]), 1, 64)));
  if (at_once.empty()) at_once = {1, 2, 4};
  if (auto can = kernel::host_can_run(); !can) stop(can.error().what);
  const auto plans = training_set();
  for (const std::size_t count : at_once) {
    const double wall = wall_seconds(), processor = processor_seconds();
    const Cost cost = run_all(plans, algorithm, count);
    std::printf("candidate %s, %zu training instances, %zu at once: %.1f s, %.1f s of processor time; set up at most %.2f s a run; late p99 %.2f ms, longest %.1f ms; %d not valid\n",
                algorithm.c_str(), plans.size(), count, wall_seconds() - wall, processor_seconds() - processor, cost.set_up_s, cost.worst_p99_ms, cost.worst_ms, cost.invalid);
    std::fflush(stdout);
  }
}
