#include "bench/sandbox/policies.h"

#include "bench/moving_trace.h"
#include "bench/sandbox/tools.h"
#include "bench/verify/policies.h"

namespace assay::bench {

namespace fs = std::filesystem;

std::unique_ptr<Workload> load_workload(verify::Toolchain& toolchain, std::size_t mutants, std::uint64_t seed) {
  auto work = std::make_unique<Workload>();
  work->task = need(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues"));
  work->problem.emplace(need(evolve::Problem::of(work->task)));
  work->policies = work->task.baselines;
  for (const auto& screened : need(random_policies(work->task, toolchain, mutants, seed)))
    work->policies.push_back({screened.text(), "mutant"});
  return work;
}

evolve::TrainInstances synthetic_instance(const Workload& work, const fs::path& folder, std::uint64_t requests) {
  const fs::path trace = folder / "trace.txt";
  if (!write_moving_trace(trace, requests)) stop("write " + trace.string());
  tasks::InstanceSpec spec{.name = "synthetic"};
  spec.settings = {{"trace", trace.string()}, {"format", "ids"}, {"capacity", {{"share", 0.1}}}, {"size_aware", false}};
  std::vector<std::unique_ptr<evaluators::Instance>> instances;
  instances.push_back(need(work.problem->domain.load(work.task, spec)));
  return evolve::TrainInstances(std::move(instances));
}

}  // namespace assay::bench
