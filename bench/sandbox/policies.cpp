#include "bench/sandbox/policies.h"

#include <fstream>

#include "bench/sandbox/tools.h"
#include "bench/verify/policies.h"
#include "evolve/random.h"

namespace assay::bench {
namespace {

namespace fs = std::filesystem;

void write_trace(const fs::path& path, std::uint64_t requests) {
  evolve::Random random(42, 0);
  std::ofstream out(path);
  std::uint64_t scan = 1u << 30;
  for (std::uint64_t i = 0; i < requests; ++i) {
    double u = random.unit();
    auto id = static_cast<std::uint64_t>(u * u * u * u * 20000) + i / 20000 * 1000;
    if (i % 6000 >= 5000) id = scan++;
    out << id << "\n";
  }
  if (!out.flush()) stop("write " + path.string());
}

}  // namespace

std::unique_ptr<Workload> load_workload(verify::Toolchain& toolchain, std::size_t mutants, std::uint64_t seed) {
  auto work = std::make_unique<Workload>();
  work->task = need(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks/web_cache_queues"));
  work->problem.emplace(need(evolve::Problem::of(work->task)));
  work->policies = work->task.baselines;
  for (const auto& screened : need(random_policies(work->task, toolchain, mutants, seed)))
    work->policies.push_back({screened.text(), "mutant"});
  return work;
}

evolve::Instances synthetic_instance(const Workload& work, const fs::path& folder, std::uint64_t requests) {
  const fs::path trace = folder / "trace.txt";
  write_trace(trace, requests);
  tasks::InstanceSpec spec{.name = "synthetic"};
  spec.settings = {{"trace", trace.string()}, {"format", "ids"}, {"capacity", {{"share", 0.1}}}, {"size_aware", false}};
  evolve::Instances instances;
  instances.push_back(need(work.problem->domain.load(work.task, spec)));
  return instances;
}

}  // namespace assay::bench
