// assay run: a campaign from its start; assay resume: from where its archive ends.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/campaign_end.h"
#include "cli/child.h"
#include "cli/commands.h"
#include "cli/equal_budget.h"
#include "cli/exit_code.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/workbench.h"
#include "evolve/campaign.h"

namespace assay::cli {
namespace {

constexpr std::uint64_t kDefaultCandidates = 500;

struct RunArguments {
  std::string task, provider, budget, out;
  std::vector<std::string> settings;
  std::optional<std::uint64_t> seed;
  unsigned threads = 0;
  std::vector<std::string> without;
  FiguresArguments figures;
  EqualWanted equal;
  bool json = false;
};

struct ResumeArguments {
  std::string folder, budget;
  EqualWanted equal;
  bool json = false;
};

Result<std::optional<evolve::Budget>> budget_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto budget = evolve::parse_budget(text);
  if (!budget) return fail("--budget " + text + ": " + budget.error().what);
  return *budget;
}

/// "max_tokens=4096" as a number, "members=[{...}]" as a list, "model=x" as text.
Result<Json> provider_settings(const std::vector<std::string>& settings) {
  Json json = Json::object();
  for (const auto& setting : settings) {
    auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) return fail("--set " + setting + ": must be KEY=VALUE");
    std::string key = setting.substr(0, equals), value = setting.substr(equals + 1);
    Json parsed = Json::parse(value, nullptr, false);
    json[key] = parsed.is_number() || parsed.is_boolean() || parsed.is_structured() ? parsed : Json(value);
  }
  return json;
}

Result<evolve::CampaignOptions> options_of(const RunArguments& arguments, const tasks::Task& task) {
  evolve::CampaignOptions options;
  options.out = arguments.out.empty() ? free_name("campaign-" + task.name) : arguments.out;
  if (!arguments.provider.empty()) options.provider = arguments.provider;
  auto settings = provider_settings(arguments.settings);
  if (!settings) return std::unexpected(settings.error());
  options.provider_settings = std::move(*settings);
  auto budget = budget_of(arguments.budget);
  if (!budget) return std::unexpected(budget.error());
  options.budget = budget->value_or(evolve::Budget{.candidates = kDefaultCandidates});
  if (arguments.seed) options.seed = *arguments.seed;
  options.threads = arguments.threads;
  options.jail.without = arguments.without;
  return options;
}

using Campaign = std::function<Result<evolve::CampaignSummary>(const evolve::ProgressSink&, std::stop_token)>;

/// With a live display and an orderly stop.
Result<evolve::CampaignSummary> watched(const Campaign& campaign) {
  Interrupts interrupts;
  ProgressDisplay display;
  auto summary = campaign(
      [&](const evolve::Progress& progress) {
        interrupts.watch();
        display.show(progress);
      },
      interrupts.token());
  display.finish();
  return summary;
}

Result<evolve::CampaignSummary> in_child(Children& children, const Campaign& campaign) {
  auto said = children.run([&]() -> Result<Json> {
    auto summary = watched(campaign);
    if (!summary) return std::unexpected(summary.error());
    return to_json(*summary);
  });
  if (!said) return std::unexpected(said.error());
  return summary_from_json(*said);
}

/// What the campaign has to beat, one after the other. False: one was interrupted.
Result<bool> conduct_equal(Children& children, const std::filesystem::path& out, const EqualWanted& wanted) {
  auto runs = equal_runs(out, wanted);
  if (!runs) return std::unexpected(runs.error());
  for (const EqualRun& run : *runs) {
    if (children.stop_asked()) return false;
    say("at equal budget: " + run.options.out.string() + ", " + std::to_string(*run.options.budget.candidates) + " candidates");
    auto summary = in_child(children, [&](const evolve::ProgressSink& progress, std::stop_token stop) { return conduct(run, progress, std::move(stop)); });
    if (!summary) return fail(run.options.out.string() + ": " + summary.error().what, summary.error().fault);
    if (summary->reason == evolve::StopReason::interrupted) return false;
  }
  return true;
}

/// The campaign, then what it has to beat, each in a process of its own; then the report of what is there.
Result<int> conduct_with_rivals(const std::filesystem::path& out, bool json, const EqualWanted& wanted, const Campaign& campaign) {
  Children children;
  auto summary = in_child(children, campaign);
  if (!summary) return std::unexpected(summary.error());
  if (auto done = remember(out, wanted); !done) return std::unexpected(done.error());
  bool whole = false;
  if (summary->reason != evolve::StopReason::interrupted) {
    auto rivals = conduct_equal(children, out, wanted);
    if (!rivals) return std::unexpected(rivals.error());
    whole = *rivals;
  }
  auto code = end_campaign(out, *summary, json);
  if (!code || whole || *code == kInterrupted) return code;
  say("interrupted before what it has to beat had ended; go on with: assay resume " + out.string());
  return kInterrupted;
}

Result<int> conduct(const std::filesystem::path& out, bool json, const EqualWanted& wanted, const Campaign& campaign) {
  if (wanted.any()) return conduct_with_rivals(out, json, wanted, campaign);
  auto summary = watched(campaign);
  if (!summary) return std::unexpected(summary.error());
  return end_campaign(out, *summary, json);
}

Result<int> run(const RunArguments& arguments) {
  auto loaded = load(arguments.task, arguments.figures);
  if (!loaded) return std::unexpected(loaded.error());
  auto options = options_of(arguments, loaded->task);
  if (!options) return std::unexpected(options.error());
  say("campaign in " + options->out.string() + ": task " + loaded->task.name + ", provider " + options->provider + ", seed " +
      std::to_string(options->seed));
  return conduct(options->out, arguments.json, arguments.equal, [&](const evolve::ProgressSink& progress, std::stop_token stop) {
    return evolve::run_campaign(loaded->task, *options, progress, std::move(stop));
  });
}

Result<int> resume(const ResumeArguments& arguments) {
  auto budget = budget_of(arguments.budget);
  if (!budget) return std::unexpected(budget.error());
  return conduct(arguments.folder, arguments.json, wanted_in(arguments.folder, arguments.equal), [&](const evolve::ProgressSink& progress, std::stop_token stop) {
    return evolve::resume_campaign(arguments.folder, *budget, progress, std::move(stop));
  });
}

void add_equal(CLI::App& command, EqualWanted& wanted) {
  command.add_flag("--equal-budget", wanted.baselines,
                   "then run what it has to beat, with its seed and as many evaluations, in OUT/equal: mutate, and best of N without a model");
  command.add_flag("--equal-budget-model", wanted.model, "then run best of N with the campaign's own provider, too, in OUT/equal: it is paid once more");
}

constexpr const char* kBudgetHelp = "when to stop: any of candidates=N,seconds=S,usd=D";
constexpr const char* kEndings =
    "Exit codes: 0 all candidates tried and a champion certified, 1 tried but none certified, 2 our error, 3 provider or\n"
    "host trouble, 4 seconds or money ran out first (results are kept), 130 interrupted (resume with `assay resume`).\n\n";

}  // namespace

void add_run(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<RunArguments>();
  auto* command = parent.add_subcommand("run", "search for a policy: propose, screen, run, score, certify, keep");
  command->add_option("task", arguments->task, "the task's folder")->required();
  command->add_option("--provider", arguments->provider, "where candidates come from: mutate (default), openai, anthropic, exec, mailbox, replay")
      ->take_last();
  command->add_option("--set", arguments->settings, "a setting of the provider, KEY=VALUE; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--budget", arguments->budget, std::string(kBudgetHelp) + " (default: candidates=500)")->take_last();
  command->add_option("--seed", arguments->seed, "same seed, same archive (default: 1)")->take_last();
  command->add_option("--out", arguments->out, "a new folder for the archive (default: campaign-TASK, never over another)")
      ->take_last();
  command->add_option("--threads", arguments->threads, "0: one per core");
  add_without(*command, arguments->without);
  add_figures_options(*command, arguments->figures);
  add_equal(*command, arguments->equal);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(std::string(kEndings) +
                  "Examples:\n"
                  "  assay run tasks/web_cache_queues --budget candidates=500 --seed 7\n"
                  "  assay run tasks/web_cache --provider openai --set model=NAME --set endpoint=http://localhost:8000/v1/chat/completions "
                  "--budget usd=2\n"
                  "  assay run tasks/web_cache --provider exec --set command=./my_model.sh --budget candidates=50,seconds=600\n"
                  "  assay run tasks/web_cache --provider exec --set command=./my_model.sh --budget candidates=50 --equal-budget\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = run(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

void add_resume(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<ResumeArguments>();
  auto* command = parent.add_subcommand("resume", "go on with a campaign where its archive ends");
  command->add_option("folder", arguments->folder, "the campaign's folder")->required();
  command->add_option("--budget", arguments->budget, std::string(kBudgetHelp) + " (default: what it was started with)");
  add_equal(*command, arguments->equal);
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(std::string(kEndings) +
                  "Examples:\n"
                  "  assay resume campaign-web_cache\n"
                  "  assay resume campaign-web_cache --budget candidates=5000\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = resume(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
