#include "cli/workbench.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "cli/output.h"

namespace assay::cli {

void add_without(CLI::App& command, std::vector<std::string>& layers) {
  command
      .add_option("--allow-weak-sandbox", layers,
                  "run although this layer of the sandbox is missing: namespaces, landlock, seccomp, rlimits, clock or cgroups; the result says so")
      ->delimiter(',');
}

Result<LoadedTask> load(const std::string& folder, const FiguresArguments& figures) {
  auto task = tasks::load_task(folder);
  if (!task) return std::unexpected(task.error());
  auto domain = evaluators::domain_named(task->domain);
  if (!domain) return std::unexpected(domain.error());
  if (figures.any() && (*domain)->rules_only().empty())
    return fail("--figures, --gpu and --table: scores of the domain " + task->domain + " follow from its instances alone; they need no figures");
  auto overrides = figures_overrides(figures);
  if (!overrides) return std::unexpected(overrides.error());
  tasks::override_settings(*task, *overrides);
  if (auto fits = (*domain)->check(*task); !fits) return std::unexpected(fits.error());
  return LoadedTask{std::move(*task), *domain};
}

namespace {

/// Splits and instances, each name once: an instance may be called like its split.
std::string known_instances(const tasks::Task& task) {
  std::vector<std::string> names = {"train", "validation", "holdout"};
  for (const auto& instance : task.instances)
    if (std::ranges::find(names, instance.name) == names.end()) names.push_back(instance.name);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

}  // namespace

Result<std::vector<tasks::InstanceSpec>> chosen_instances(const tasks::Task& task, const std::vector<std::string>& names) {
  if (names.empty()) return task.instances;
  std::vector<bool> wanted(task.instances.size());
  for (const auto& name : names) {
    bool known = false;
    for (std::size_t i = 0; i < task.instances.size(); ++i) {
      const auto& instance = task.instances[i];
      if (instance.name != name && tasks::name_of(instance.split) != name) continue;
      wanted[i] = known = true;
    }
    if (known) continue;
    return fail("--instances " + name + ": task " + task.name + " has no such instance or split (known: " +
                known_instances(task) + ")");
  }
  std::vector<tasks::InstanceSpec> chosen;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) chosen.push_back(task.instances[i]);
  return chosen;
}

std::string baseline_path(const tasks::Task& task, const std::string& name) {
  return (task.folder / "baselines" / (name + ".cpp")).string();
}

Result<Workbench> Workbench::start(const std::vector<std::string>& without) {
  Workbench bench;
  bench.options_.without = without;
  auto jail = sandbox::RunJail::start(bench.options_);
  if (!jail) return std::unexpected(jail.error());
  auto toolchain = verify::Toolchain::start({.jail = bench.options_});
  if (!toolchain) return std::unexpected(toolchain.error());
  for (const std::string& layer : without) say("weak sandbox: runs without the layer " + layer);
  bench.jail_ = std::move(*jail);
  bench.toolchain_ = std::move(*toolchain);
  return bench;
}

Result<Attempt<verify::Screened>> Workbench::screen(const LoadedTask& loaded, const Source& source) {
  return toolchain_->screen(loaded.task.contract, source);
}

Result<Attempt<Built>> Workbench::build(const LoadedTask& loaded, const Source& source) {
  auto driver = loaded.domain->driver(loaded.task.contract);
  if (!driver) return std::unexpected(driver.error());
  auto screened = screen(loaded, source);
  if (!screened) return std::unexpected(screened.error());
  if (!*screened) return Attempt<Built>(std::unexpected(screened->error()));
  auto compiled = toolchain_->compile({loaded.task.contract, **screened, *driver});
  if (!compiled) return std::unexpected(compiled.error());
  if (!*compiled) return Attempt<Built>(std::unexpected(compiled->error()));
  return Attempt<Built>(Built{std::move(**screened), std::move(**compiled)});
}

Result<std::vector<InstanceResult>> Workbench::run(const LoadedTask& loaded, const Binary& binary,
                                                   const std::vector<tasks::InstanceSpec>& instances) {
  std::vector<std::unique_ptr<evaluators::Instance>> ready;
  for (const auto& spec : instances) {
    auto instance = loaded.domain->load(loaded.task, spec);
    if (!instance) return std::unexpected(instance.error());
    ready.push_back(std::move(*instance));
  }
  auto evaluations = evaluators::evaluate_all(*jail_, binary, ready);
  if (!evaluations) return std::unexpected(evaluations.error());
  std::vector<InstanceResult> results;
  for (std::size_t i = 0; i < instances.size(); ++i)
    results.push_back({instances[i].name, std::string(tasks::name_of(instances[i].split)), std::move((*evaluations)[i]), ready[i]->provenance()});
  return results;
}

bool certify_explains(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::protocol_violation || outcome.kind == OutcomeKind::signal;
}

void say_certify_explains(const std::string& task, const std::string& policy) {
  say("assay certify " + task + " " + policy + "  looks for an input that does it");
}

void say_outcome(const std::string& name, const Outcome& outcome) {
  const bool has_places = !outcome.diagnostics.empty();  // the detail then repeats the first of them
  say(printable(name + ": " + std::string(name_of(outcome.kind)) +
                (has_places || outcome.detail.empty() ? "" : ": " + outcome.detail)));
  for (const auto& diagnostic : outcome.diagnostics) {
    const bool placed = diagnostic.line > 0;
    say(printable(name + (placed ? ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) : "") +
                  ": " + diagnostic.message));
  }
}

}  // namespace assay::cli
