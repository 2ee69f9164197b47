// The congestion domain: simulated seconds and packets a second on one core for one flow on 12 Mbit/s (20 ms, 2 BDP, a minute), decided by a
// native algorithm and replayed from decisions; and what one candidate costs over the task's training set, from its text to its
// scores, in the jail.
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

void candidates(int rounds) {
  auto toolchain = verify::Toolchain::start();
  if (!toolchain) stop(toolchain.error().what);
  auto jail = sandbox::RunJail::start();
  if (!jail) stop(jail.error().what);
  const Setup setup = set_up();
  for (const Source& baseline : setup.task.baselines) {
    double run_ms = 0, replay_ms = 0;
    const auto whole = [&] {
      auto screened = (*toolchain)->screen(setup.task.contract, baseline);
      if (!screened || !*screened) stop(baseline.name + " does not screen");
      auto compiled = (*toolchain)->compile({setup.task.contract, **screened, setup.driver, verify::Effort::quick});
      if (!compiled || !*compiled) stop(baseline.name + " does not compile");
      run_ms = replay_ms = 0;
      for (const auto& instance : setup.train) {
        auto evaluation = evaluators::evaluate(**jail, (*compiled)->binary, *instance);
        if (!evaluation || !evaluation->score) stop(baseline.name + " has no score on " + instance->name());
        run_ms += 1e-6 * static_cast<double>(evaluation->run_wall.count());
        replay_ms += 1e-6 * static_cast<double>(evaluation->replay_wall.count());
      }
    };
    whole();  // makes the driver for these reads, once a campaign
    const double seconds = least(rounds, wall_seconds, whole);
    std::printf("candidate %-6s %7.1f ms over %zu training instances, text to scores (runs %.1f, replays %.1f in the last round)\n", baseline.name.c_str(),
                seconds * 1e3, setup.train.size(), run_ms, replay_ms);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 5);
  one_flow(rounds);
  candidates(rounds);
}
