// assay kernel run: congestion controls of the running kernel, its own and exported policies, on instances of a task, in real time.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupts.h"
#include "cli/kernel/registered.h"
#include "cli/kernel/repeats.h"
#include "cli/output.h"
#include "cli/workbench.h"
#include "evaluators/congestion/congestion_settings.h"

namespace assay::cli {
namespace {

namespace congestion = evaluators::congestion;
namespace kernel = evaluators::congestion::kernel;

struct Arguments {
  std::string task;
  std::vector<std::string> algorithms, policies, instances, without;
  int repeat = 3;
  bool json = false;
};

/// What decides the candidate's flows, and what it is called in the table.
struct Control {
  std::string shown, name;  ///< name: in the kernel
};

struct Setting {
  std::string name;
  congestion::Plan plan;
};

/// The whole of it in seconds, without what setting up takes.
double seconds_of(const std::vector<Setting>& settings, std::size_t controls, int repeat) {
  double seconds = 0;
  for (const Setting& each : settings) seconds += static_cast<double>(each.plan.scenario.duration_ns) / assay_congestion::kSecond;
  return seconds * static_cast<double>(controls) * repeat;
}

Result<Setting> plan_of(const Json& json, const std::filesystem::path& folder, const std::string& name) {
  std::vector<std::string> problems;
  congestion::Plan plan = congestion::read_settings(json, folder, name, problems);
  if (problems.empty()) return Setting{name, std::move(plan)};
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  return fail(all);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

/// Names of instances and splits, and settings of an instance as JSON, which has commas of its own.
Result<std::vector<Setting>> settings_of(const LoadedTask& loaded, const std::vector<std::string>& asked) {
  std::vector<Setting> settings;
  std::vector<std::string> names = asked.empty() ? std::vector<std::string>{"train"} : std::vector<std::string>{};
  for (const std::string& each : asked) {
    if (!each.starts_with("{")) {
      for (auto& name : split(each)) names.push_back(std::move(name));
      continue;
    }
    auto json = parse_json(each, "--instances");
    if (!json) return std::unexpected(json.error());
    auto setting = plan_of(*json, loaded.task.folder, "settings-" + std::to_string(settings.size() + 1));
    if (!setting) return std::unexpected(setting.error());
    settings.push_back(std::move(*setting));
  }
  if (names.empty()) return settings;
  auto instances = chosen_instances(loaded.task, names);
  if (!instances) return std::unexpected(instances.error());
  for (const auto& spec : *instances) {
    auto setting = plan_of(spec.settings, loaded.task.folder, spec.name);
    if (!setting) return std::unexpected(setting.error());
    settings.push_back(std::move(*setting));
  }
  return settings;
}

struct Progress {
  std::size_t done = 0, all = 0;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  double elapsed_s() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); }
};

void say_progress(const Progress& progress, const Setting& setting, const std::string& algorithm) {
  say("run " + std::to_string(progress.done + 1) + " of " + std::to_string(progress.all) + ": " + setting.name + ", " + algorithm + ", " +
      duration_text(static_cast<double>(setting.plan.scenario.duration_ns) / assay_congestion::kSecond) + " (" + duration_text(progress.elapsed_s()) + " so far)");
}

Result<Repeats> repeated(const Setting& setting, const Control& control, int times, Progress& progress, const std::stop_token& stop) {
  auto flows = kernel::flow_plans(setting.plan, control.name);
  if (!flows) return fail("instance \"" + setting.name + "\": " + flows.error().what);
  Repeats repeats{setting.name, control.shown, {}, {}};
  for (int i = 0; i < times && !stop.stop_requested(); ++i) {
    say_progress(progress, setting, control.shown);
    auto run = kernel::run_on_kernel(setting.plan, *flows, stop);
    if (!run) return std::unexpected(run.error());
    ++progress.done;
    if (*run) repeats.runs.push_back(std::move(**run));
    else if (run->error().kind != kernel::Invalid::Kind::interrupted) repeats.invalid.push_back(std::move(run->error()));
  }
  return repeats;
}

int code_of(const std::vector<Repeats>& all, bool stopped) {
  if (stopped) return kInterrupted;
  for (const Repeats& each : all)
    if (each.runs.empty()) return kTryAgain;
  return kOk;
}

/// Of the kernel's own those that it has; policies as they were registered.
Result<std::vector<Control>> controls_of(const Arguments& arguments, const std::vector<RegisteredPolicy>& policies) {
  std::vector<Control> controls;
  for (const RegisteredPolicy& each : policies) controls.push_back({each.stem, each.control->name()});
  for (const std::string& algorithm : arguments.algorithms) {
    if (auto known = kernel::check_congestion_control(algorithm); !known) return std::unexpected(known.error());
    controls.push_back({algorithm, algorithm});
  }
  return controls;
}

Result<std::vector<Repeats>> measured(const std::vector<Setting>& settings, const std::vector<Control>& controls, int repeat, Progress& progress,
                                      const std::stop_token& stop) {
  std::vector<Repeats> all;
  for (const Setting& setting : settings)
    for (const Control& control : controls) {
      if (stop.stop_requested()) break;
      auto repeats = repeated(setting, control, repeat, progress, stop);
      if (!repeats) return std::unexpected(repeats.error());
      if (!repeats->runs.empty() || !repeats->invalid.empty()) all.push_back(std::move(*repeats));
    }
  return all;
}

Result<int> measure(const Arguments& arguments) {
  if (arguments.algorithms.empty() && arguments.policies.empty()) return fail("nothing to measure: name an --algorithm of the kernel's or a --policy");
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  if (loaded->task.domain != "congestion") return fail("task " + loaded->task.name + " is of the domain " + loaded->task.domain + "; the kernel's TCP runs instances of congestion");
  auto settings = settings_of(*loaded, arguments.instances);
  if (!settings) return std::unexpected(settings.error());
  if (auto can = kernel::host_can_run(); !can) return std::unexpected(can.error());
  auto policies = register_policies(loaded->task.contract, arguments.policies, arguments.without);
  if (!policies) return std::unexpected(policies.error());
  if (!*policies) return kFindings;
  auto controls = controls_of(arguments, **policies);
  if (!controls) return std::unexpected(controls.error());
  Interrupts interrupts;
  interrupts.watch();
  Progress progress{.all = settings->size() * controls->size() * static_cast<std::size_t>(arguments.repeat)};
  say("in real time, one after the other: " + duration_text(seconds_of(*settings, controls->size(), arguments.repeat)) + " in all");
  const std::stop_token stop = interrupts.token();
  auto all = measured(*settings, *controls, arguments.repeat, progress, stop);
  if (!all) return std::unexpected(all.error());
  if (arguments.json) {
    Json json{{"task", loaded->task.name}, {"elapsed_s", progress.elapsed_s()}, {"results", Json::array()}};
    for (const Repeats& each : *all) json["results"].push_back(json_of(each));
    print_json(json);
  } else std::printf("%s%zu runs in %s\n", table_of(*all).c_str(), progress.done, duration_text(progress.elapsed_s()).c_str());
  return code_of(*all, stop.stop_requested());
}

}  // namespace

void add_kernel_run(CLI::App& kernel_command, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = kernel_command.add_subcommand("run", "measure congestion controls of the running kernel, in real time, on a task's instances");
  command->add_option("task", arguments->task, "the task's folder")->required();
  command->add_option("--algorithm", arguments->algorithms, "a congestion control that the running kernel has; may be given several times")->delimiter(',');
  command->add_option("--policy", arguments->policies, "a policy's text, exported and registered for the time of the command; may be given several times");
  command->add_option("--instances", arguments->instances, "instances or splits, or the settings of one as a JSON object; may be given several times; default: train");
  command->add_option("--repeat", arguments->repeat, "runs of each")->capture_default_str()->check(CLI::Range(1, 1000));
  add_without(*command, arguments->without);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Two network namespaces without a name and a link emulator between them: it takes root and /dev/net/tun, changes nothing of the host and\n"
      "leaves nothing behind. A run whose emulator was too late is not valid and gives no figure (docs/kernel.md).\n\n"
      "Exit codes: 0 measured, 1 a policy was refused by the screen, the compiler or the kernel's verifier, 2 wrong usage or input, 3 the host\n"
      "cannot, or of some instance no run is valid, 130 interrupted.\n\n"
      "Examples:\n"
      "  assay kernel run tasks/congestion_control --policy my_policy.cpp --algorithm cubic --algorithm bbr --instances wired-12,lossy\n"
      "  assay kernel run tasks/congestion_control --algorithm reno --repeat 1 \\\n"
      "    --instances '{\"link\": {\"mbps\": 12}, \"delay_ms\": 20, \"queue\": {\"packets\": 80}, \"seconds\": 20}' --json\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = measure(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
