// One constant link with drop-tail in our simulator, printed as bench/ns3/dumbbell prints ns-3's: the other side of scripts/compare-ns3.
//
//   congestion_scenario ALGORITHM MBPS DELAY_MS QUEUE FLOWS SECONDS START_GAP_S
//
// ALGORITHM is native (reno, cubic, vegas) or a baseline of tasks/congestion_control, which then runs in the jail. Processor seconds are
// of the simulation with its measuring, the least of five; of a baseline, of the replay.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "evaluators/congestion/congestion_settings.h"
#include "evaluators/congestion/scorer.h"
#include "evaluators/domain.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace {

using namespace assay;
namespace congestion = evaluators::congestion;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "congestion_scenario: %s\n", what.c_str());
  std::exit(2);
}

template <class T>
T need(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

template <class T>
T accepted(Result<Attempt<T>> result) {
  if (!result) stop(result.error().what);
  if (!*result) stop(result->error().detail);
  return std::move(**result);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What a baseline of the contract decides, by the jail.
std::vector<std::byte> decisions_of(const std::string& name, const Json& settings) {
  auto task = need(tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control"));
  const auto source = std::ranges::find(task.baselines, name, &Source::name);
  if (source == task.baselines.end()) stop("neither a native algorithm nor a baseline: " + name);
  task.limits.run = std::chrono::seconds(60);
  const auto* domain = need(evaluators::domain_named(task.domain));
  const auto toolchain = need(verify::Toolchain::start({.deadline = std::chrono::seconds(20)}));
  const auto jail = need(sandbox::RunJail::start());
  const auto instance = need(domain->load(task, {"scenario", tasks::Split::train, settings}));
  const auto driver = need(domain->driver(task.contract));
  const auto screened = accepted(toolchain->screen(task.contract, *source));
  const auto compiled = accepted(toolchain->compile({task.contract, screened, driver, verify::Effort::quick}));
  const auto report = need(jail->run(instance->request(compiled.binary, std::nullopt)));
  if (report.outcome.kind != OutcomeKind::ok) stop(report.outcome.detail);
  return {report.output.begin(), report.output.end()};
}

Json settings_of(char** argv) {
  Json flows = Json::array();
  for (int i = 0; i < std::atoi(argv[5]); ++i) flows.push_back({{"start_s", i * std::atof(argv[7])}});
  return {{"link", {{"mbps", std::atof(argv[2])}}}, {"delay_ms", std::atof(argv[3])}, {"queue", {{"packets", std::atoi(argv[4])}}},
          {"seconds", std::atof(argv[6])}, {"flows", std::move(flows)}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) stop("usage: congestion_scenario ALGORITHM MBPS DELAY_MS QUEUE FLOWS SECONDS START_GAP_S");
  const Json settings = settings_of(argv);
  std::vector<std::string> problems;
  const congestion::Plan plan = congestion::read_settings(settings, ".", "scenario", problems);
  if (!problems.empty()) stop(problems.front());
  const auto natives = congestion::native_algorithms();
  const auto native = std::ranges::find(natives, argv[1], &congestion::NativeName::name);
  const auto decisions = native == natives.end() ? decisions_of(argv[1], settings) : std::vector<std::byte>();
  const congestion::Image image(plan);
  congestion::Measured measured;
  double least = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double begin = processor_seconds();
    if (native != natives.end()) measured = congestion::run_native(plan, native->algorithm);
    else measured = *congestion::replay_decisions(image, decisions);
    least = std::min(least, processor_seconds() - begin);
  }
  std::uint64_t packets = 0;
  for (const auto& flow : measured.flows) packets += flow.arrived;
  std::printf("algorithm=%s mbps=%s delay_ms=%s queue=%s flows=%s seconds=%s utilisation=%.4f mean_ms=%.2f p95_ms=%.2f loss=%.5f jain=%.4f packets=%llu processor_s=%.6f\n",
              argv[1], argv[2], argv[3], argv[4], argv[5], argv[6], measured.utilisation, measured.mean_queueing_ms, measured.p95_queueing_ms, measured.loss,
              measured.jain, static_cast<unsigned long long>(packets), least);
}
