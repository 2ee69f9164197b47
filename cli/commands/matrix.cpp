// assay matrix: policies x traces. Each policy was found on one trace and is run on all of them, beside every baseline.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/adhoc_instance.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/matrix/matrix.h"
#include "cli/matrix/subjects.h"
#include "cli/output.h"
#include "cli/report/data.h"
#include "cli/workbench.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string task, split, unit = "objects", html;
  std::vector<std::string> policies, campaigns, traces, capacities;
  TraceArguments reading;
  std::vector<std::string> without;
  bool json = false;
};

/// One column's instance, and the task whose limits and objective it has.
struct Place {
  std::string name;
  const LoadedTask* loaded = nullptr;
  tasks::InstanceSpec spec;
};

/// Everything that is to be run, before any of it is. The campaigns' tasks and the converted traces live here.
struct Plan {
  LoadedTask task;
  std::list<LoadedTask> others;
  std::list<AdhocInstance> adhoc;
  std::vector<Place> places;
  std::vector<MatrixPolicy> policies;
};

Result<void> add_traces(const Arguments& arguments, Plan& plan) {
  for (const std::string& trace : arguments.traces)
    for (const std::string& capacity : arguments.capacities) {
      AdhocArguments one;
      one.trace = trace;
      one.capacity = capacity;
      one.unit = arguments.unit;
      one.reading = arguments.reading;
      auto instance = make_adhoc(one);
      if (!instance) return std::unexpected(instance.error());
      plan.adhoc.push_back(std::move(*instance));
      const tasks::InstanceSpec& spec = *plan.adhoc.back().spec;
      plan.places.push_back({spec.name + " " + capacity, &plan.task, spec});
    }
  return {};
}

/// The instances of `split` of each task once, with its name where there are several.
void add_split(tasks::Split split, const std::vector<const LoadedTask*>& from, Plan& plan) {
  for (const LoadedTask* loaded : from)
    for (const auto& spec : loaded->task.split(split))
      plan.places.push_back({(from.size() > 1 ? loaded->task.name + "/" : "") + spec.name, loaded, spec});
}

Result<void> add_splits(const std::string& name, const std::vector<CampaignPolicy>& campaigns, Plan& plan) {
  std::vector<const LoadedTask*> from;
  std::set<std::string> seen;
  for (const CampaignPolicy& campaign : campaigns) {
    std::error_code code;
    if (!seen.insert(std::filesystem::weakly_canonical(campaign.task_folder, code).string()).second) continue;
    auto loaded = task_of_campaign(campaign);
    if (!loaded) return std::unexpected(loaded.error());
    if (loaded->task.objective != plan.task.task.objective || loaded->task.direction != plan.task.task.direction)
      return fail(campaign.policy.from + ": its task's objective is " + loaded->task.objective + ", that of " + plan.task.task.name + " is " +
                  plan.task.task.objective + "; one matrix has one objective");
    plan.others.push_back(std::move(*loaded));
    from.push_back(&plan.others.back());
  }
  if (from.empty()) from.push_back(&plan.task);
  for (auto split : {tasks::Split::train, tasks::Split::validation, tasks::Split::holdout})
    if (tasks::name_of(split) == name) add_split(split, from, plan);
  return {};
}

/// `plan.task` is loaded.
Result<void> fill(const Arguments& arguments, Plan& plan) {
  std::vector<CampaignPolicy> campaigns;
  for (const std::string& path : arguments.policies) {
    auto policy = policy_of_file(path);
    if (!policy) return std::unexpected(policy.error());
    plan.policies.push_back(std::move(*policy));
  }
  for (const std::string& folder : arguments.campaigns) {
    auto found = policy_of_campaign(folder, plan.task.task);
    if (!found) return std::unexpected(found.error());
    plan.policies.push_back(found->policy);
    campaigns.push_back(std::move(*found));
  }
  auto done = arguments.split.empty() ? add_traces(arguments, plan) : add_splits(arguments.split, campaigns, plan);
  if (done && plan.places.empty()) return fail("no instance to run on");
  return done;
}

MatrixRow row_of(std::string name, std::string kind, std::string from = "") {
  if (is_oracle(name)) kind = "oracle";
  return {std::move(name), std::move(kind), std::move(from), {}, {}, {}};
}

class Filling {
 public:
  Filling(const Plan& plan, Workbench& bench) : plan_(plan), bench_(bench) {
    const tasks::Task& task = plan.task.task;
    matrix_.task = task.name;
    matrix_.objective = task.objective;
    matrix_.minimise = task.direction == tasks::Direction::minimise;
    matrix_.missing_layers = bench.jail().missing_layers();
    for (const Place& place : plan.places) matrix_.columns.push_back({place.name, trace_of(place.loaded->task, place.spec).string()});
  }

  Result<Matrix> run() {
    for (const MatrixPolicy& policy : plan_.policies)
      if (auto done = add(row_of(policy.name, policy.kind, policy.from), policy.source, policy.origin ? &*policy.origin : nullptr); !done) return std::unexpected(done.error());
    for (const Source& source : plan_.task.task.baselines)
      if (auto done = add(row_of(source.name, "contract"), source, nullptr); !done) return std::unexpected(done.error());
    for (const std::string& name : plan_.task.domain->baselines())
      if (auto done = add(row_of(name, "native")); !done) return std::unexpected(done.error());
    for (std::size_t i = 0; i < plan_.places.size(); ++i) {
      say("matrix: column " + std::to_string(i + 1) + " of " + std::to_string(plan_.places.size()) + ": " + printable(plan_.places[i].name) + ", " +
          std::to_string(matrix_.rows.size()) + " rows");
      if (auto done = column(plan_.places[i]); !done) return std::unexpected(done.error());
    }
    return std::move(matrix_);
  }

 private:
  Result<void> add(MatrixRow row) {
    matrix_.rows.push_back(std::move(row));
    binaries_.emplace_back();
    origins_.push_back(nullptr);
    return {};
  }
  Result<void> add(MatrixRow row, const Source& source, const Origin* origin) {
    auto built = bench_.build(plan_.task, source);
    if (!built) return std::unexpected(built.error());
    if (!*built) {
      row.build = built->error();
      say_outcome(row.from.empty() ? baseline_path(plan_.task.task, row.name) : row.from, row.build);
    }
    matrix_.rows.push_back(std::move(row));
    binaries_.push_back(*built ? std::optional((*built)->compiled.binary) : std::nullopt);
    origins_.push_back(origin);
    return {};
  }

  Result<void> column(const Place& place) {
    std::vector<std::unique_ptr<evaluators::Instance>> instance(1);
    auto loaded = place.loaded->domain->load(place.loaded->task, place.spec);
    if (!loaded) return std::unexpected(loaded.error());
    instance[0] = std::move(*loaded);
    for (std::size_t i = 0; i < matrix_.rows.size(); ++i) {
      MatrixRow& row = matrix_.rows[i];
      if (row.build.kind != OutcomeKind::ok) continue;
      auto cell = binaries_[i] ? by_policy(*binaries_[i], instance) : native(row.name, *instance[0]);
      if (!cell) return std::unexpected(cell.error());
      if (cell->outcome.kind != OutcomeKind::ok) say_outcome(row.name + " on " + place.name, cell->outcome);
      row.cells.push_back(std::move(*cell));
      if (origins_[i]) row.found.push_back(found_here(*origins_[i], place, *instance[0]));
    }
    return {};
  }

  Result<MatrixCell> by_policy(const Binary& binary, std::span<const std::unique_ptr<evaluators::Instance>> instance) {
    auto evaluated = evaluators::evaluate_all(bench_.jail(), binary, instance);
    if (!evaluated) return std::unexpected(evaluated.error());
    auto& evaluation = evaluated->front();
    return MatrixCell{std::move(evaluation.outcome), evaluation.score ? std::optional(evaluation.score->objective) : std::nullopt};
  }
  static Result<MatrixCell> native(const std::string& name, const evaluators::Instance& instance) {
    auto score = instance.baseline(name);
    if (!score) return std::unexpected(score.error());
    return MatrixCell{{}, score->objective};
  }
  /// The campaign trained on this very instance, or on another part of its trace.
  bool found_here(const Origin& origin, const Place& place, const evaluators::Instance& instance) {
    if (origin.instances.contains(instance.digest().hex())) return true;
    const auto trace = trace_of(place.loaded->task, place.spec);
    return std::ranges::any_of(origin.traces, [&](const auto& path) { return files_.same(path, trace); });
  }

  const Plan& plan_;
  Workbench& bench_;
  Matrix matrix_;
  std::vector<std::optional<Binary>> binaries_;  ///< for each row; none of a native baseline
  std::vector<const Origin*> origins_;
  FileDigests files_;
};

Result<int> matrix(const Arguments& arguments) {
  if (arguments.policies.empty() && arguments.campaigns.empty()) return fail("give --policies FILE... or --campaigns FOLDER...");
  if (arguments.traces.empty() == arguments.split.empty()) return fail("give --traces FILE... or --split NAME, one of the two");
  auto loaded = load(arguments.task);
  if (!loaded) return std::unexpected(loaded.error());
  Plan plan{std::move(*loaded), {}, {}, {}, {}};
  if (auto done = fill(arguments, plan); !done) return std::unexpected(done.error());
  auto bench = Workbench::start(arguments.without);
  if (!bench) return std::unexpected(bench.error());
  auto result = Filling(plan, *bench).run();
  if (!result) return std::unexpected(result.error());
  if (!arguments.html.empty())
    if (auto written = write_file(arguments.html, matrix_html(*result)); !written) return std::unexpected(written.error());
  if (arguments.json) print_json(to_json(*result));
  else std::fputs(matrix_text(*result).c_str(), stdout);
  return result->failed() ? kFindings : kOk;
}

}  // namespace

void add_matrix(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("matrix", "policies x traces: each found on one trace, run on all, beside every baseline");
  command->add_option("task", arguments->task, "the folder of the task whose contract the policies are written against")->required();
  command->add_option("--policies", arguments->policies, "policies, C++ in the task's contract");
  command->add_option("--campaigns", arguments->campaigns, "campaigns' folders: the champion of each, or without one its best on validation");
  auto* traces = command->add_option("--traces", arguments->traces, "traces to run on");
  auto* capacity = command->add_option("--capacity", arguments->capacities, "with --traces: cache sizes, each a number of units or a share such as 1% (default: 10%)")
                       ->needs(traces);
  auto* unit = command->add_option("--unit", arguments->unit, "with --traces: objects (every size is 1) or bytes")->check(CLI::IsMember({"objects", "bytes"}))->needs(traces);
  command->add_option("--split", arguments->split, "instead of traces: this split of each campaign's own task; without campaigns, of TASK")
      ->check(CLI::IsMember({"train", "validation", "holdout"}))
      ->excludes(traces, capacity, unit);
  add_trace_options(*command, arguments->reading);
  add_without(*command, arguments->without);
  command->add_option("--html", arguments->html, "write the matrix as one self-contained page, too");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Exit codes: 0 every policy has a score everywhere, 1 one was refused or failed somewhere, 2 wrong usage or input.\n\n"
      "Examples:\n"
      "  assay matrix tasks/web_cache --policies a.cpp b.cpp --traces t1.oracleGeneral.zst t2.oracleGeneral.zst --capacity 1% 10%\n"
      "  assay matrix tasks/web_cache --campaigns campaign-a campaign-b --split holdout --html matrix.html\n");
  command->callback([arguments, &action] {
    if (arguments->capacities.empty()) arguments->capacities = {"10%"};
    action = [arguments] {
      auto code = matrix(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
