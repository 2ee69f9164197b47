// assay prompt: what a model would be told for its first proposal, or was told for a candidate of a campaign.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "evolve/prompt.h"
#include "evolve/settings.h"
#include "evolve/told.h"

namespace assay::cli {
namespace {

struct Arguments {
  std::string task, campaign;
  std::optional<std::uint64_t> candidate;
  bool json = false;
};

/// The parent of a first proposal is a baseline; its scores are there once a campaign has run it.
std::string first_prompt(const evolve::Problem& problem) {
  const std::vector<evolve::PromptParent> parents = {{0, problem.task.baselines.front().text, {}, {}}};
  return evolve::make_prompt(problem.templates, problem.task, parents, {}, problem.properties);
}

Result<evolve::Told> prompt_for(const evolve::Problem& problem, const Arguments& arguments) {
  if (arguments.campaign.empty() != !arguments.candidate) return fail("--campaign and --candidate go together: the folder of a campaign, and the number of a candidate in it");
  if (arguments.campaign.empty()) return evolve::Told{first_prompt(problem), std::nullopt};
  auto archive = evolve::Archive::open_read_only(arguments.campaign);
  if (!archive) return std::unexpected(archive.error());
  auto told = evolve::told(**archive, problem, *arguments.candidate);
  if (!told) return fail(arguments.campaign + ": " + told.error().what);
  return told;
}

Result<int> prompt(const Arguments& arguments) {
  auto task = tasks::load_task(arguments.task);
  if (!task) return std::unexpected(task.error());
  auto problem = evolve::Problem::of(*task);
  if (!problem) return std::unexpected(problem.error());
  if (auto search = evolve::read_search(task->search, arguments.task + "/task.json: search"); !search) return std::unexpected(search.error());
  else if (search->tune) problem->templates.tell_of_marks();
  auto told = prompt_for(*problem, arguments);
  if (!told) return std::unexpected(told.error());
  Json json{{"task", task->name}, {"prompt", told->prompt}, {"digest", sha256(told->prompt).hex()}, {"templates", problem->templates.digest().hex()}};
  if (told->as_recorded) json["as_recorded"] = *told->as_recorded;
  if (arguments.json) print_json(json);
  else std::fputs(told->prompt.c_str(), stdout);
  if (told->as_recorded.value_or(true)) return kOk;
  say("this is not what the model got: " + arguments.task + ", its prompts or the program have changed since");
  return kFindings;
}

}  // namespace

void add_prompt(CLI::App& parent, Action& action) {
  auto arguments = std::make_shared<Arguments>();
  auto* command = parent.add_subcommand("prompt", "print what a model is told");
  command->add_option("task", arguments->task, "the task's folder")->required();
  command->add_option("--campaign", arguments->campaign, "a campaign of that task; with --candidate");
  command->add_option("--candidate", arguments->candidate, "the candidate whose prompt to print, from 0");
  command->add_flag("--json", arguments->json, "one JSON object on stdout");
  command->footer(
      "Without a campaign: the first proposal, before anything has a score. With one: what was told for that candidate, made again\n"
      "from the log and held against the digest in it.\n\n"
      "Exit codes: 0 printed, 1 printed, but the log has another digest, 2 the folder is wrong or there is no such candidate.\n\n"
      "Examples:\n"
      "  assay prompt tasks/web_cache\n"
      "  assay prompt tasks/web_cache --campaign campaign-web_cache --candidate 17\n");
  command->callback([arguments, &action] {
    action = [arguments] {
      auto code = prompt(*arguments);
      return code ? *code : report_error(code.error(), arguments->json);
    };
  });
}

}  // namespace assay::cli
