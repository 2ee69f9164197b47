#pragma once
// Real policies and a trace for the benchmarks of the whole loop.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "evolve/examine.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace assay::bench {

struct Workload {
  tasks::Task task;
  std::optional<evolve::Problem> problem;  ///< refers to `task`: a workload stays where it is
  std::vector<Source> policies;  ///< baselines, then mutants of them; each screens
};

/// Of tasks/web_cache_queues. The same seed gives the same mutants.
std::unique_ptr<Workload> load_workload(verify::Toolchain& toolchain, std::size_t mutants, std::uint64_t seed);

/// One synthetic trace in `folder`: a Zipf-like hot set that moves, with scans; a cache of 10 % of its objects.
evolve::TrainInstances synthetic_instance(const Workload& work, const std::filesystem::path& folder, std::uint64_t requests);

}  // namespace assay::bench
