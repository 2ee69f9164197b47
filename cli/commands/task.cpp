// assay task check: is a task folder right, and does all that it names work?

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "cli/workbench.h"
#include "evolve/archive.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string folder;
  bool quick = false;
  std::vector<std::string> without;
  bool json = false;
};

struct BaselineCheck {
  std::string name;
  Outcome outcome;  ///< the first that is not ok, over building it and running it on every train instance
};

Result<BaselineCheck> check_baseline(Workbench& bench, const LoadedTask& loaded, const Source& source,
                                     const std::vector<tasks::InstanceSpec>& instances) {
  BaselineCheck check{source.name, {}};
  auto built = bench.build(loaded, source);
  if (!built) return std::unexpected(built.error());
  if (!*built) {
    check.outcome = built->error();
    return check;
  }
  auto results = bench.run(loaded, (*built)->compiled.binary, instances);
  if (!results) return std::unexpected(results.error());
  for (auto& result : *results)
    if (check.outcome.kind == OutcomeKind::ok && result.evaluation.outcome.kind != OutcomeKind::ok) {
      check.outcome = std::move(result.evaluation.outcome);
      check.outcome.detail = result.instance + ": " + check.outcome.detail;
    }
  return check;
}

Result<std::vector<BaselineCheck>> check_baselines(const LoadedTask& loaded, const Arguments& arguments) {
  std::vector<BaselineCheck> checks;
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  for (const auto& source : loaded.task.baselines) {
    auto check = check_baseline(*bench, loaded, source, loaded.task.split(tasks::Split::train));
    if (!check) return std::unexpected(check.error());
    checks.push_back(std::move(*check));
  }
  return checks;
}

/// Every instance can be loaded; the names of what does not load with the reasons otherwise.
Result<void> check_instances(const LoadedTask& loaded) {
  std::string problems;
  for (const auto& spec : loaded.task.instances) {
    auto instance = loaded.domain->load(loaded.task, spec);
    if (!instance) problems += (problems.empty() ? "" : "\n") + std::string("instance ") + spec.name + ": " + instance.error().what;
  }
  if (!problems.empty()) return fail(problems);
  return {};
}

Result<int> check(const Arguments& arguments) {
  auto loaded = load(arguments.folder);
  if (!loaded) return std::unexpected(loaded.error());
  const auto& task = loaded->task;
  Result<std::vector<BaselineCheck>> baselines;
  if (!arguments.quick) baselines = check_baselines(*loaded, arguments);  // before the instances: their jails want a small process
  if (auto instances = check_instances(*loaded); !instances) return std::unexpected(instances.error());
  if (!baselines) return std::unexpected(baselines.error());
  bool failed = false;
  Json list = Json::array();
  for (const auto& baseline : *baselines) {
    bool ok = baseline.outcome.kind == OutcomeKind::ok;
    failed |= !ok;
    list.push_back({{"name", baseline.name}, {"outcome", evolve::to_json(baseline.outcome)}});
    if (!ok) say_outcome((task.folder / "baselines" / (baseline.name + ".cpp")).string(), baseline.outcome);
  }
  if (arguments.json) {
    print_json({{"task", task.name}, {"domain", task.domain}, {"instances", task.instances.size()},
                {"contract", task.contract.digest.hex()}, {"baselines", list}, {"ok", !failed}});
  } else {
    std::printf("%s: domain %s, %zu functions, %zu records, %zu instances, %zu baselines%s: %s\n", task.name.c_str(),
                task.domain.c_str(), task.contract.functions.size(), task.contract.records.size(), task.instances.size(),
                task.baselines.size(), arguments.quick ? " (not built)" : "", failed ? "FAILED" : "ok");
  }
  return failed ? kFindings : kOk;
}

void add_check(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("check", "load a task folder, its instances, and run its baselines");
  command->add_option("folder", arguments->folder, "the task's folder")->required();
  command->add_flag("--quick", arguments->quick, "do not build and run the baselines");
  add_without(*command, arguments->without);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 all is well, 1 a baseline failed, 2 the folder is wrong (each problem with file, line and mend).\n\n"
      "Examples:\n"
      "  assay task check tasks/web_cache\n"
      "  assay task check my_task --quick --json\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = check(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace

void add_task(CLI::App& parent, Action& action) {
  auto* command = parent.add_subcommand("task", "check a task folder");
  command->require_subcommand(1);
  command->footer("Examples:\n  assay task check tasks/web_cache\n");
  add_check(*command, action);
}

}  // namespace assay::cli
