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
#include "evolve/settings.h"
#include "evolve/templates.h"
#include "verify/properties/fuzz.h"
#include "verify/properties/properties.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string folder;
  bool quick = false;
  std::vector<std::string> without;
  FiguresArguments figures;
  bool json = false;
};

struct BaselineCheck {
  std::string name;
  Outcome outcome;  ///< the first that is not ok, over building it and running it on every train instance
  std::vector<std::string> broken;  ///< properties that some drawn input breaks; a required one fails the baseline
};

constexpr std::uint64_t kRounds = 3000;

/// Each property by trial, not by proof: `assay certify` proves.
Result<void> try_properties(Workbench& bench, const LoadedTask& loaded, const verify::Screened& screened,
                            const verify::properties::PropertySet& set, BaselineCheck& check) {
  verify::properties::FuzzOptions options;
  options.rounds = kRounds;
  auto tried = verify::properties::fuzz(loaded.task.contract, screened, set, options, bench.toolchain(), bench.jail());
  if (!tried) return std::unexpected(tried.error());
  if (!*tried) return fail("properties of " + check.name + ": " + tried->error().detail);
  for (std::size_t i = 0; i < set.properties.size(); ++i) {
    const auto& each = (**tried)[i];
    if (!each.finding && each.outcome.kind == OutcomeKind::ok) continue;
    check.broken.push_back(each.property);
    if (set.properties[i].level != verify::properties::Level::required || check.outcome.kind != OutcomeKind::ok) continue;
    check.outcome = each.outcome;
    if (each.finding) check.outcome = {OutcomeKind::protocol_violation, each.finding->claim + " does not hold", {}};
    check.outcome.detail = "required property " + each.property + " (line " + std::to_string(set.properties[i].line) +
                           " of properties.cpp): " + check.outcome.detail;
  }
  return {};
}

Result<BaselineCheck> check_baseline(Workbench& bench, const LoadedTask& loaded, const Source& source,
                                     const std::vector<tasks::InstanceSpec>& instances,
                                     const verify::properties::PropertySet& properties) {
  BaselineCheck check{source.name, {}, {}};
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
  if (!properties.properties.empty())
    if (auto tried = try_properties(bench, loaded, (*built)->screened, properties, check); !tried) return std::unexpected(tried.error());
  return check;
}

struct BaselineChecks {
  std::vector<BaselineCheck> list;
  std::vector<std::string> missing_layers;
};

Result<BaselineChecks> check_baselines(const LoadedTask& loaded, const verify::properties::PropertySet& properties,
                                       const Arguments& arguments) {
  BaselineChecks checks;
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  checks.missing_layers = bench->jail().missing_layers();
  for (const auto& source : loaded.task.baselines) {
    auto check = check_baseline(*bench, loaded, source, loaded.task.split(tasks::Split::train), properties);
    if (!check) return std::unexpected(check.error());
    checks.list.push_back(std::move(*check));
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

/// Where nothing here can tell what a decision is worth, policies are still held against the rules; nobody is shown a score.
void fall_back_to_rules(LoadedTask& loaded) {
  const Json rules = loaded.domain->rules_only();
  if (rules.empty()) return;
  auto instance = loaded.domain->load(loaded.task, loaded.task.instances.front());
  if (instance) return;
  say("the rules alone are checked, for there is nothing to score by: " + instance.error().what);
  tasks::override_settings(loaded.task, rules);
}

/// "1 record", "2 records".
std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void print_summary(const tasks::Task& task, std::size_t properties, bool quick, bool failed) {
  std::printf("%s: domain %s, %s, %s, %s, %s, %s%s: %s\n", task.name.c_str(), task.domain.c_str(),
              counted(task.contract.functions.size(), "function").c_str(), counted(task.contract.records.size(), "record").c_str(),
              counted(task.instances.size(), "instance").c_str(), counted(task.baselines.size(), "baseline").c_str(), (std::to_string(properties) + (properties == 1 ? " property" : " properties")).c_str(),
              quick ? " (not built)" : "", failed ? "FAILED" : "ok");
}

void say_failed(const tasks::Task& task, const BaselineCheck& baseline) {
  const auto path = baseline_path(task, baseline.name);
  say_outcome(path, baseline.outcome);
  if (certify_explains(baseline.outcome)) say_certify_explains(task.folder.string(), path);
}

Result<int> check(const Arguments& arguments) {
  auto loaded = load(arguments.folder, arguments.figures);
  if (!loaded) return std::unexpected(loaded.error());
  const auto& task = loaded->task;
  if (auto search = evolve::read_search(task.search, task.place("search") + ": search"); !search)
    return std::unexpected(search.error());
  if (auto prompts = evolve::Templates::load(task.folder); !prompts) return std::unexpected(prompts.error());
  auto properties = verify::properties::load_properties(task.contract);
  if (!properties) return std::unexpected(properties.error());
  if (!arguments.figures.any()) fall_back_to_rules(*loaded);
  Result<BaselineChecks> baselines;
  if (!arguments.quick) baselines = check_baselines(*loaded, *properties, arguments);  // before the instances: their jails want a small process
  if (auto instances = check_instances(*loaded); !instances) return std::unexpected(instances.error());
  if (!baselines) return std::unexpected(baselines.error());
  bool failed = false;
  Json list = Json::array();
  for (const auto& baseline : baselines->list) {
    bool ok = baseline.outcome.kind == OutcomeKind::ok;
    failed |= !ok;
    list.push_back({{"name", baseline.name}, {"outcome", evolve::to_json(baseline.outcome)}, {"broken_properties", baseline.broken}});
    if (!ok) say_failed(task, baseline);
  }
  if (arguments.json) {
    print_json({{"task", task.name}, {"domain", task.domain}, {"instances", task.instances.size()},
                {"contract", task.contract.digest.hex()}, {"baselines", list}, {"missing_layers", baselines->missing_layers}, {"properties", properties->properties.size()}, {"ok", !failed}});
  } else {
    print_summary(task, properties->properties.size(), arguments.quick, failed);
  }
  return failed ? kFindings : kOk;
}

void add_check(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("check", "load a task folder, its instances, and run its baselines");
  command->add_option("folder", arguments->folder, "the task's folder")->required();
  command->add_flag("--quick", arguments->quick, "do not build and run the baselines, nor try the properties on them");
  add_without(*command, arguments->without);
  add_figures_options(*command, arguments->figures);
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
