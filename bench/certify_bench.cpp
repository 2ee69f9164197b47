// The certificate on every baseline of the tasks, or on one policy: verdicts, time, and which engine settled what. Four ways:
// the default claims; with the task's properties; with grades for what is not proved; and as a search has it, graded
// without a solver and without running counterexamples.
//
//   certify_bench [rounds] [TASK_FOLDER [POLICY.cpp]]
//
// Prints one line per baseline (p50 of `rounds`), then p50, p99 and max over all of them, and the verdict counts.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "tasks/task.h"
#include "verify/certify.h"

namespace {

using namespace assay;
using Clock = std::chrono::steady_clock;

struct Bench {
  std::unique_ptr<verify::Toolchain> toolchain;
  std::unique_ptr<verify::Certifier> certifier;
  std::unique_ptr<sandbox::RunJail> jail;
};

struct Way {
  const char* name;
  bool properties, grades, as_in_search;
};
constexpr Way kWays[] = {{"default claims", false, false, false},
                         {"with properties", true, false, false},
                         {"with properties and grades", true, true, false},
                         {"as in a search", true, true, true}};

struct Totals {
  verify::EngineTimes times;
  std::vector<double> ms;
  std::uint64_t proved = 0, refuted = 0, unknown = 0, intervals = 0, solver = 0;
};

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

void count(const verify::Certificate& certificate, Totals& totals) {
  for (const verify::Claim& claim : certificate.claims) {
    totals.proved += std::holds_alternative<Proved>(claim.verdict);
    totals.refuted += std::holds_alternative<Refuted>(claim.verdict);
    totals.unknown += std::holds_alternative<Unknown>(claim.verdict);
    totals.intervals += claim.by_intervals;
    totals.solver += claim.by_solver;
    if (auto* unknown = std::get_if<Unknown>(&claim.verdict))
      std::printf("    %s %s: unknown: %s\n", claim.function.c_str(), claim.property.c_str(), unknown->reason.c_str());
    if (auto* refuted = std::get_if<Refuted>(&claim.verdict))
      std::printf("    %s %s: refuted, line %d: %s\n", claim.function.c_str(), claim.property.c_str(), claim.line, refuted->counterexample.c_str());
  }
}

void measure(Bench& bench, const tasks::Task& task, const Source& source, int rounds, const Way& way, Totals& all) {
  auto screened = need(bench.toolchain->screen(task.contract, source));
  if (!screened) {
    std::printf("%-18s %-16s refused: %s\n", task.name.c_str(), source.name.c_str(), screened.error().detail.c_str());
    for (const Diagnostic& each : screened.error().diagnostics) std::printf("    line %d: %s\n", each.line, each.message.c_str());
    return;
  }
  verify::CertifyOptions options;
  options.instruction_bound = task.limits.instructions;
  const auto properties = need(verify::properties::load_properties(task.contract));
  if (way.properties) options.properties = &properties;
  if (!way.grades) options.grade_cells = 0;
  if (way.as_in_search) options.use_solver = options.run_counterexamples = false;
  Totals mine;
  verify::Certificate certificate;
  for (int round = 0; round < rounds; ++round) {
    auto began = Clock::now();
    certificate = need(bench.certifier->certify(task.name, task.contract, source, *screened, options, *bench.toolchain, *bench.jail));
    mine.ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    all.times += certificate.times;
  }
  count(certificate, mine);
  std::printf("%-18s %-16s %-8s score %.3f  p50 %8.2f ms  max %8.2f ms  claims %llu/%llu/%llu  obligations: intervals %llu, solver %llu\n",
              task.name.c_str(), source.name.c_str(), std::string(name_of(certificate.overall())).c_str(), certificate.score(),
              quantile(mine.ms, 0.5), quantile(mine.ms, 1), static_cast<unsigned long long>(mine.proved), static_cast<unsigned long long>(mine.refuted),
              static_cast<unsigned long long>(mine.unknown), static_cast<unsigned long long>(mine.intervals),
              static_cast<unsigned long long>(mine.solver));
  all.ms.insert(all.ms.end(), mine.ms.begin(), mine.ms.end());
  all.proved += mine.proved, all.refuted += mine.refuted, all.unknown += mine.unknown;
  all.intervals += mine.intervals, all.solver += mine.solver;
}

void measure_all(Bench& bench, const std::vector<std::string>& folders, const char* policy, int rounds, const Way& way) {
  std::printf("-- %s\n", way.name);
  Totals all;
  for (const std::string& folder : folders) {
    tasks::Task task = need(tasks::load_task(folder));
    if (policy != nullptr) task.baselines = {Source{need(read_file(policy)), policy}};
    for (const Source& source : task.baselines) measure(bench, task, source, rounds, way, all);
  }
  if (all.ms.empty()) stop("nothing was certified");
  double settled = static_cast<double>(std::max<std::uint64_t>(1, all.intervals + all.solver));
  std::printf("certificates: p50 %.2f ms  p95 %.2f ms  p99 %.2f ms  max %.2f ms (%zu runs)\n", quantile(all.ms, 0.5), quantile(all.ms, 0.95),
              quantile(all.ms, 0.99), quantile(all.ms, 1), all.ms.size());
  std::printf("claims: proved %llu, refuted %llu, unknown %llu; obligations settled by intervals %.1f %%, by the solver %.1f %%\n",
              static_cast<unsigned long long>(all.proved), static_cast<unsigned long long>(all.refuted),
              static_cast<unsigned long long>(all.unknown), 100 * static_cast<double>(all.intervals) / settled,
              100 * static_cast<double>(all.solver) / settled);
  std::printf("mean by engine:");
  const Json times = verify::to_json(all.times);
  for (const auto& [engine, ms] : times.items())
    std::printf("  %s %.2f ms", engine.c_str(), ms.get<double>() / static_cast<double>(all.ms.size()));
  std::printf("\n\n");
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  Bench bench{need(verify::Toolchain::start()), need(verify::Certifier::start()), need(sandbox::RunJail::start())};
  std::vector<std::string> folders{ASSAY_SOURCE_DIR "/tasks/web_cache", ASSAY_SOURCE_DIR "/tasks/web_cache_queues"};
  if (argc > 2) folders = {argv[2]};
  for (const Way& way : kWays) measure_all(bench, folders, argc > 3 ? argv[3] : nullptr, rounds, way);
}
