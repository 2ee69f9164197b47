// Spawn to first decision and back, beside bubblewrap, posix_spawn and a bare fork.

#include "bench/sandbox/program.h"
#include "bench/sandbox/sections.h"
#include "bench/sandbox/tools.h"

namespace assay::bench {
namespace {

void alone(Report& report, int runs, sandbox::RunJail& jail, const Binary& word) {
  auto samples = interleave_into(report, runs, {{"a run, every layer, back to back", [&] { decide_one_word(jail, word); }}});
  report.at_most("spawn to first decision, p50", samples[0].at(0.5), 1000, "us");
  report.at_most("spawn to first decision, p99", samples[0].at(0.99), 10'000, "us");
}

}  // namespace

void spawn_section(Report& report, const SandboxOptions& options) {
  report.section("spawn", "from the request to the report, for code that decides one word");
  const Binary word = image("one_word");
  auto jail = start_jail();
  alone(report, options.runs, *jail, word);
  std::vector<Contender> contenders = {{"a run, every layer, in turn", [&] { decide_one_word(*jail, word); }},
                                       {"fork, exit, wait (floor)", fork_once},
                                       {"posix_spawn of a static program (floor)", [&] { run_program({one_word_program()}); }}};
  const auto bubblewrap = bubblewrap_command();
  if (bubblewrap) contenders.push_back({"bubblewrap around that program", [&] { run_program(*bubblewrap); }});
  auto samples = interleave_into(report, options.runs, contenders);
  if (!bubblewrap) return report.text("bubblewrap", "left out: there is no bwrap here");
  report.at_least("bubblewrap / a run, of the p50s", samples[3].at(0.5) / samples[0].at(0.5), 3, "x");
  report.value("bubblewrap / a run, of the p99s", samples[3].at(0.99) / samples[0].at(0.99), "x");
  report.text("what differs",
              "bubblewrap makes its namespaces for each run and executes a program; a run forks from a process that has them. Here bubblewrap "
              "has no seccomp filter, no Landlock, no rlimits and shows the clocks; a run has all of these");
}

}  // namespace assay::bench
