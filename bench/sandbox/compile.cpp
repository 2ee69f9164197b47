// Screen and compile of real policies, as a search does it.

#include <algorithm>

#include "bench/sandbox/policies.h"
#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

struct Stages {
  Samples screen, compile, both;  ///< milliseconds
  Samples processors;             ///< of both, which a busy machine changes less
};

void build(verify::Toolchain& toolchain, const Workload& work, const Source& source, Stages& stages) {
  Stopwatch watch;
  const auto begin = std::chrono::steady_clock::now();
  auto screened = need(toolchain.screen(work.task.contract, source));
  if (!screened) stop(source.name + " does not screen: " + screened.error().detail);
  const double screened_after = microseconds_since(begin) / 1e3;
  auto compiled = need(toolchain.compile({work.task.contract, *screened, work.problem->driver, verify::Effort::quick}));
  if (!compiled) stop(source.name + " does not compile: " + compiled.error().detail);
  const double compiled_after = microseconds_since(begin) / 1e3;
  stages.screen.add(screened_after), stages.compile.add(compiled_after - screened_after), stages.both.add(compiled_after), stages.processors.add(watch.lap().cpu);
}

}  // namespace

void compile_section(Report& report, const SandboxOptions& options) {
  const auto mutants = static_cast<std::size_t>(std::max(options.runs / 10, 10));
  report.section("compile", "screen and quick compile in the jailed worker: every baseline of web_cache_queues and " + std::to_string(mutants) + " mutants");
  auto toolchain = need(verify::Toolchain::start());
  const auto work = load_workload(*toolchain, mutants, 1);
  Stages first, warm;
  for (const Source& source : work->policies) build(*toolchain, *work, source, first);
  for (const Source& source : work->policies) build(*toolchain, *work, source, warm);
  report.times("screen", warm.screen, "ms");
  report.times("compile", warm.compile, "ms");
  report.times("screen + compile", warm.both, "ms");
  report.times("screen + compile, of the processors", warm.processors, "ms");
  report.times("the first pass, makes some drivers too", first.both, "ms");
  report.at_most("screen + compile, p50", warm.both.at(0.5), 10, "ms");
}

}  // namespace assay::bench
