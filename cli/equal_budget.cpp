#include "cli/equal_budget.h"

#include "cli/report/data.h"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// What of a recorded campaign its rivals share.
struct Recorded {
  ReportData data;
  std::uint64_t baselines = 0;
  std::string task_folder;
  Json overrides = Json::object();
  evolve::CampaignOptions options;
};

Result<Recorded> read(const fs::path& folder) {
  auto archive = evolve::Archive::open_read_only(folder);
  if (!archive) return std::unexpected(archive.error());
  auto data = collect_report(**archive);
  if (!data) return std::unexpected(data.error());
  if (!data->ended) return fail(folder.string() + ": the campaign has not ended, so its budget is not known; go on with it first: assay resume " + folder.string());
  Recorded recorded;
  recorded.data = std::move(*data);
  Json notes = Json::object();
  for (const char* key : {"task_folder", "threads", "without", "overrides"}) {
    auto note = (*archive)->note(key);
    if (!note) return std::unexpected(note.error());
    if (*note) notes[key] = **note;
  }
  const std::string name = folder.string() + ": the archive's notes";
  auto task = member<std::string>(notes, "task_folder", name);
  auto threads = member_or<unsigned>(notes, "threads", 0, name);
  auto without = member_or<std::vector<std::string>>(notes, "without", {}, name);
  for (const Error* error : {task ? nullptr : &task.error(), threads ? nullptr : &threads.error(), without ? nullptr : &without.error()})
    if (error) return std::unexpected(*error);
  recorded.task_folder = *task;
  recorded.overrides = notes.value("overrides", Json::object());
  recorded.baselines = recorded.data.candidates - recorded.data.tries.candidates;
  recorded.options.provider = recorded.data.provider;
  recorded.options.provider_settings = recorded.data.provider_settings;
  recorded.options.seed = recorded.data.seed;
  recorded.options.threads = *threads;
  recorded.options.jail.without = *without;
  return recorded;
}

EqualRun run_of(const Recorded& recorded, const tasks::Task& task, const fs::path& folder, const std::string& name) {
  EqualRun run{name, task, recorded.options, false};
  run.options.out = folder / "equal" / name;
  run.options.budget.candidates = recorded.baselines + recorded.data.tries.evaluations();
  run.task.search = recorded.data.search;
  if (name != "mutate") run.task.search["strategy"] = "best_of_n";
  if (name == "best_of_n_model") {
    // Each evaluation is an answer of its own; and not more money than the campaign was allowed.
    run.task.search.erase("repair");
    if (auto usd = recorded.data.budget.find("usd"); usd != recorded.data.budget.end() && usd->is_number()) run.options.budget.usd = usd->get<double>();
  } else {
    run.options.provider = "mutate";
    run.options.provider_settings = Json::object();
  }
  std::error_code code;
  run.begun = fs::exists(run.options.out / "archive.sqlite", code);
  return run;
}

bool is_the_campaign(const EqualRun& run, const ReportData& data) {
  return run.options.provider == data.provider && run.options.provider_settings == data.provider_settings && run.task.search == data.search &&
         run.options.budget.candidates == data.candidates;
}

std::vector<std::string> names_of(const EqualWanted& wanted) {
  std::vector<std::string> names;
  if (wanted.baselines) names = {"mutate", "best_of_n"};
  if (wanted.model) names.push_back("best_of_n_model");
  return names;
}

}  // namespace

EqualWanted wanted_in(const fs::path& folder, EqualWanted wanted) {
  std::error_code code;
  wanted.baselines |= fs::exists(folder / "equal" / "best_of_n", code);
  wanted.model |= fs::exists(folder / "equal" / "best_of_n_model", code);
  return wanted;
}

Result<void> remember(const fs::path& folder, const EqualWanted& wanted) {
  for (const std::string& name : names_of(wanted)) {
    if (name == "mutate") continue;  // goes with best_of_n
    std::error_code code;
    fs::create_directories(folder / "equal" / name, code);
    if (code) return fail("create " + (folder / "equal" / name).string() + ": " + code.message());
  }
  return {};
}

Result<std::vector<EqualRun>> equal_runs(const fs::path& folder, const EqualWanted& wanted) {
  auto recorded = read(folder);
  if (!recorded) return std::unexpected(recorded.error());
  auto task = tasks::load_task(recorded->task_folder);
  if (!task) return fail(folder.string() + ": its task cannot be loaded: " + task.error().what);
  tasks::override_settings(*task, recorded->overrides);
  std::vector<EqualRun> runs;
  for (const std::string& name : names_of(wanted))
    if (auto run = run_of(*recorded, *task, folder, name); !is_the_campaign(run, recorded->data)) runs.push_back(std::move(run));
  return runs;
}

Result<evolve::CampaignSummary> conduct(const EqualRun& run, const evolve::ProgressSink& progress, std::stop_token stop) {
  if (run.begun) return evolve::resume_campaign(run.options.out, run.options.budget, progress, std::move(stop));
  return evolve::run_campaign(run.task, run.options, progress, std::move(stop));
}

}  // namespace assay::cli
