// The congestion domain: simulated seconds and packets a second on one core for one flow on 12 Mbit/s (20 ms, 2 BDP, a minute), decided by a
// native algorithm and replayed from decisions; and what one candidate costs over the task's training set, from its text to its
// scores, in the jail.
//
// Three ways to compile it: quick and full, as campaigns do, and "as one" with a driver that is not compiled apart.
//
//   congestion_bench [rounds]      default 5; times are the least of the rounds

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "evaluators/congestion/congestion_settings.h"
#include "evaluators/congestion/scorer.h"
#include "evaluators/domain.h"
#include "sandbox/driver_mark.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace {

using namespace assay;
namespace congestion = evaluators::congestion;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "congestion_bench: %s\n", what.c_str());
  std::exit(2);
}

/// Of this process: what the others on the machine do is not counted.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

template <class Work>
double least(int rounds, double (*clock)(), Work work) {
  double least = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const double begin = clock();
    work();
    least = std::min(least, clock() - begin);
  }
  return least;
}

void one_flow(int rounds) {
  const Json settings = {{"link", {{"mbps", 12}}}, {"delay_ms", 20}, {"queue", {{"packets", 80}}}, {"seconds", 60}};
  std::vector<std::string> problems;
  const congestion::Plan plan = congestion::read_settings(settings, ".", "bench", problems);
  if (!problems.empty()) stop(problems.front());
  for (const auto& native : congestion::native_algorithms()) {
    congestion::Measured measured;
    const double seconds = least(rounds, processor_seconds, [&] { measured = congestion::run_native(plan, native.algorithm); });
    const double packets = static_cast<double>(measured.flows[0].sent);
    std::printf("native %-6s %7.0f simulated s/s  %6.2f M packets/s  (%.0f packets in %.2f ms of processor time)\n", native.name.data(), 60 / seconds,
                packets / seconds / 1e6, packets, seconds * 1e3);
  }
}

struct Setup {
  tasks::Task task;
  const evaluators::Domain* domain;
  std::string driver;
  std::vector<std::unique_ptr<evaluators::Instance>> train;
};

Setup set_up() {
  auto task = tasks::load_task(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/congestion_control");
  if (!task) stop(task.error().what);
  auto domain = evaluators::domain_named(task->domain);
  if (!domain) stop(domain.error().what);
  auto driver = (*domain)->driver(task->contract);
  if (!driver) stop(driver.error().what);
  Setup setup{std::move(*task), *domain, std::move(*driver), {}};
  for (const auto& spec : setup.task.split(tasks::Split::train)) {
    auto instance = setup.domain->load(setup.task, spec);
    if (!instance) stop(instance.error().what);
    setup.train.push_back(std::move(*instance));
  }
  return setup;
}

struct Times {
  double screen = 1e9, compile = 1e9, runs = 1e9, replays = 1e9, whole = 1e9;  ///< ms, each the least of the rounds
};

double ms_since(double begin) { return 1e3 * (wall_seconds() - begin); }

/// One candidate from its text to its scores on every training instance.
class Candidates {
 public:
  Candidates() : toolchain_(started(verify::Toolchain::start({.deadline = std::chrono::seconds(20)}))), jail_(started(sandbox::RunJail::start())), setup_(set_up()) {}

  void print(int rounds) {
    struct Way {
      const char* name;
      verify::Effort effort;
      std::string_view driver;
    };
    const std::string_view driver = setup_.driver, as_one = driver.substr(sandbox::kCompiledApart.size());
    const Way ways[] = {{"quick", verify::Effort::quick, driver}, {"full", verify::Effort::full, driver}, {"as one", verify::Effort::full, as_one}};
    for (const Source& baseline : setup_.task.baselines)
      for (const Way& way : ways) {
        Times first, best;
        once(baseline, way.effort, way.driver, first);
        for (int i = 0; i < rounds; ++i) once(baseline, way.effort, way.driver, best);
        std::printf("candidate %-6s %-6s %6.1f ms over %zu training instances, text to scores: screen %.1f, compile %.1f (the first time %.1f), runs %.1f, replays %.1f\n",
                    baseline.name.c_str(), way.name, best.whole, setup_.train.size(), best.screen, best.compile,
                    first.compile, best.runs, best.replays);
      }
  }

 private:
  template <class T>
  static T started(Result<T> result) {
    if (!result) stop(result.error().what);
    return std::move(*result);
  }

  void once(const Source& source, verify::Effort effort, std::string_view driver, Times& least) {
    const double begin = wall_seconds();
    auto screened = toolchain_->screen(setup_.task.contract, source);
    if (!screened || !*screened) stop(source.name + " does not screen");
    const double screen = ms_since(begin);
    auto compiled = toolchain_->compile({setup_.task.contract, **screened, driver, effort});
    if (!compiled || !*compiled) stop(source.name + " does not compile");
    const double compile = ms_since(begin) - screen;
    double runs = 0, replays = 0;
    for (const auto& instance : setup_.train) {
      auto evaluation = evaluators::evaluate(*jail_, (*compiled)->binary, *instance);
      if (!evaluation || !evaluation->score) stop(source.name + " has no score on " + instance->name());
      runs += 1e-6 * static_cast<double>(evaluation->run_wall.count());
      replays += 1e-6 * static_cast<double>(evaluation->replay_wall.count());
    }
    const Times now{screen, compile, runs, replays, ms_since(begin)};
    for (double Times::*each : {&Times::screen, &Times::compile, &Times::runs, &Times::replays, &Times::whole}) least.*each = std::min(least.*each, now.*each);
  }

  std::unique_ptr<verify::Toolchain> toolchain_;
  std::unique_ptr<sandbox::RunJail> jail_;
  Setup setup_;
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 5);
  one_flow(rounds);
  Candidates().print(rounds);
}
