// assay kernel soak: many policies by chance into the running kernel and out again.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/kernel/soak.h"
#include "cli/output.h"
#include "cli/workbench.h"

namespace assay::cli {
namespace {

constexpr std::uint64_t kTold = 50;

struct Arguments {
  std::string task;
  std::uint64_t count = 500, seed = 1;
  bool json = false, examples = false;
  std::vector<std::string> without;
};

void print_reasons(const char* what, const std::map<std::string, std::uint64_t>& reasons, const SoakReport& report, bool examples) {
  for (const auto& [reason, count] : reasons) {
    std::printf("  %6s  %s: %s\n", grouped(count).c_str(), what, printable(reason).c_str());
    if (examples) std::printf("%s\n", printable(report.example.at(reason)).c_str());
  }
}

void print_text(const SoakReport& report, bool examples) {
  std::printf("tried          %s\naccepted       %s (at most %s instructions verified)\n", grouped(report.tried).c_str(), grouped(report.accepted).c_str(),
              grouped(report.most_instructions).c_str());
  std::printf("carried data   %s\ntoo slow       %s\n", grouped(report.carried).c_str(), grouped(report.stalled).c_str());
  print_reasons("not compiled", report.not_made, report, examples);
  print_reasons("refused", report.refused, report, examples);
  std::printf("left over      %s\n", report.left_over.empty() ? "nothing" : report.left_over.c_str());
}

Json json_of(const SoakReport& report) {
  return {{"tried", report.tried},       {"accepted", report.accepted},   {"carried", report.carried},
          {"too_slow", report.stalled},  {"not_compiled", report.not_made}, {"refused", report.refused},
          {"most_instructions", report.most_instructions}, {"left_over", report.left_over}};
}

Result<int> run_soak(const Arguments& arguments) {
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  if (loaded->task.domain != "congestion") return fail("task " + loaded->task.name + " is not of the domain congestion");
  auto toolchain = verify::Toolchain::start({.deadline = std::chrono::seconds{10}, .jail = {.without = arguments.without}});
  if (!toolchain) return std::unexpected(toolchain.error());
  const SoakPlan plan{.contract = loaded->task.contract, .ancestors = loaded->task.baselines, .count = arguments.count, .seed = arguments.seed};
  auto report = soak(**toolchain, plan, [](const SoakReport& so_far) {
    if (so_far.tried % kTold == 0) say("kernel soak: " + grouped(so_far.tried) + " tried, " + grouped(so_far.accepted) + " accepted");
  });
  if (!report) return std::unexpected(report.error());
  if (!report->unavailable.empty()) return fail("the kernel cannot be asked: " + report->unavailable);
  if (arguments.json) print_json(json_of(*report));
  else print_text(*report, arguments.examples);
  return report->left_over.empty() ? kOk : kFindings;
}

}  // namespace

void add_kernel_soak(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("soak", "export many policies by chance, have each carry data over loopback, take each out again; counts what is left over");
  command->add_option("task", arguments->task, "a task's folder, of the domain congestion")->required();
  command->add_option("count", arguments->count, "how many policies")->capture_default_str();
  command->add_option("--seed", arguments->seed, "of chance")->capture_default_str();
  command->add_flag("--examples", arguments->examples, "print the first policy of each reason");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  add_without(*command, arguments->without);
  command->footer("Exit codes: 0 nothing is left over, 1 something is, 2 wrong usage, or a host whose kernel cannot be asked (root, BTF).\n\n"
                  "Examples:\n"
                  "  assay kernel soak tasks/congestion_control 500 --seed 1\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = run_soak(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
