// What a candidate of tasks/decode_split costs in table mode, from its text to its scores, and what an order costs as device code.
//
//   kernels_bench [rounds [TABLE]]      default 20, and the table of the CPU twin; times are the least and the median of the rounds
//
// Device code is compiled by assay-cubin beside this program or on the PATH (preset cuda builds it; copy it here); without it that part says so.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "evaluators/domain.h"
#include "evaluators/gpu/live/line_process.h"
#include "sandbox/run_jail.h"
#include "tasks/task.h"
#include "verify/export_cuda.h"
#include "verify/toolchain.h"

namespace {

using namespace assay;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "kernels_bench: %s\n", what.c_str());
  std::exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().what);
  return std::move(*result);
}

double ms_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

/// Of one stage over the rounds.
struct Times {
  std::vector<double> ms;
  double least() const { return *std::ranges::min_element(ms); }
  double median() const {
    auto sorted = ms;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

/// The same policy with another constant in it each time, so that nothing is found again.
Source varied(const Source& source, int round) {
  Source other = source;
  other.text += "\ni64 unused_" + std::to_string(round) + "(i64 value) { return value / " + std::to_string(round + 3) + "; }\n";
  return other;
}

tasks::Task task_named(const char* name) { return must(tasks::load_task(fs::path(ASSAY_SOURCE_DIR) / "tasks" / name)); }

void table_mode(int rounds, const std::string& table, verify::Toolchain& toolchain, sandbox::RunJail& jail) {
  auto task = task_named("decode_split");
  tasks::override_settings(task, {{"figures", "table"}, {"table", table}, {"shapes", "table"}});
  const auto* domain = must(evaluators::domain_named(task.domain));
  const std::string driver = must(domain->driver(task.contract));
  std::vector<std::unique_ptr<evaluators::Instance>> train;
  for (const auto& spec : task.split(tasks::Split::train)) train.push_back(must(domain->load(task, spec)));
  std::uint64_t shapes = 0;
  for (const auto& instance : train) shapes += instance->cost();
  std::printf("figures: %s; %zu training instances of %llu shapes\n", train.front()->provenance().c_str(), train.size(), static_cast<unsigned long long>(shapes));
  for (const Source& baseline : task.baselines) {
    Times screen, compile, run, score, whole;
    for (int round = -1; round < rounds; ++round) {  // the first compiles the driver, too, and is not counted
      const Source source = varied(baseline, round + 1);
      const auto begin = Clock::now();
      auto screened = must(toolchain.screen(task.contract, source));
      if (!screened) stop(baseline.name + ": " + screened.error().detail);
      const double screened_at = ms_since(begin);
      auto compiled = must(toolchain.compile({task.contract, *screened, driver, verify::Effort::quick}));
      if (!compiled) stop(baseline.name + ": " + compiled.error().detail);
      const double compiled_at = ms_since(begin);
      double ran = 0, scored = 0;
      for (const auto& instance : train) {
        auto evaluation = must(evaluators::evaluate(jail, compiled->binary, *instance));
        if (!evaluation.score) stop(baseline.name + " on " + instance->name() + ": " + evaluation.outcome.detail);
        ran += 1e-6 * static_cast<double>(evaluation.run_wall.count());
        scored += 1e-6 * static_cast<double>(evaluation.replay_wall.count());
      }
      if (round < 0) continue;
      screen.ms.push_back(screened_at);
      compile.ms.push_back(compiled_at - screened_at);
      run.ms.push_back(ran);
      score.ms.push_back(scored);
      whole.ms.push_back(ms_since(begin));
    }
    std::printf("candidate %-20s %5.1f ms (median %5.1f), text to scores: screen %.1f, compile %.1f, runs %.1f, scores %.2f\n", baseline.name.c_str(), whole.least(),
                whole.median(), screen.least(), compile.least(), run.least(), score.least());
  }
}

std::string cubin_program() {
  std::error_code code;
  const fs::path beside = fs::read_symlink("/proc/self/exe", code).parent_path() / "assay-cubin";
  return fs::exists(beside, code) ? beside.string() : "assay-cubin";
}

void device_code(int rounds, verify::Toolchain& toolchain) {
  const auto task = task_named("tile_order");
  auto process = evaluators::gpu::LineProcess::start({cubin_program()});
  const auto patience = [] { return Clock::now() + std::chrono::seconds(60); };
  for (const Source& baseline : task.baselines) {
    Times emit, whole;
    Json last;
    for (int round = -1; round < rounds; ++round) {
      const auto begin = Clock::now();
      auto screened = must(toolchain.screen(task.contract, varied(baseline, round + 1)));
      if (!screened) stop(baseline.name + ": " + screened.error().detail);
      const std::string text = must(verify::export_cuda(task.contract, *screened));
      const double emitted = ms_since(begin);
      if (!process) continue;
      const auto asked = Clock::now();
      if (auto written = (*process)->write_line(Json{{"id", round}, {"policy", text}}.dump(), patience()); !written)
        return (void)std::printf("device code: not measured: %s\n", written.error().what.c_str());
      auto line = (*process)->read_line(patience());
      if (!line) return (void)std::printf("device code: not measured: %s\n", line.error().what.c_str());
      last = must(parse_json(*line, "assay-cubin"));
      if (last.contains("error")) stop(baseline.name + ": " + last["error"].dump());
      if (round < 0) continue;
      emit.ms.push_back(emitted);
      whole.ms.push_back(ms_since(asked));
    }
    if (!process) return (void)std::printf("device code: not measured: %s\n", process.error().what.c_str());
    std::printf("device code %-14s %5.1f ms (median %5.1f) to a linked cubin; screened and emitted in %.1f; registers %s\n", baseline.name.c_str(), whole.least(),
                whole.median(), emit.least(), last["kernels"].dump().c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 20);
  const std::string table = argc > 2 ? fs::absolute(argv[2]).string() : ASSAY_SOURCE_DIR "/kernels/tables/cpu-2-threads/decode_split.jsonl";
  auto toolchain = must(verify::Toolchain::start({.deadline = std::chrono::seconds(20)}));
  auto jail = must(sandbox::RunJail::start());
  if (fs::exists(table)) table_mode(rounds, table, *toolchain, *jail);
  else std::printf("table mode: not measured: no table %s (kernels/measure_all makes one)\n", table.c_str());
  device_code(rounds, *toolchain);
}
