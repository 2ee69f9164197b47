// A campaign from its options to its summary: jails first, then the archive, the search, the end.

#include "evolve/campaign.h"

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <thread>

#include "base/failpoint.h"
#include "evolve/finish.h"
#include "evolve/search.h"
#include "evolve/traits.h"
#include "verify/toolchain.h"

namespace assay::evolve {
namespace {

constexpr int kFormat = 1;  ///< of the events' bodies

/// Everything that forks, started before any thread.
struct Tools {
  std::unique_ptr<Slots> slots;
  std::unique_ptr<verify::Certifier> certifier;
  std::unique_ptr<Slots> provers;  ///< with search.proofs

  static Result<Tools> start(unsigned threads, const sandbox::JailOptions& jail, const SearchSettings& search) {
    auto slots = Slots::start(threads, jail);
    if (!slots) return std::unexpected(slots.error());
    auto certifier = verify::Certifier::start(jail);
    if (!certifier) return std::unexpected(certifier.error());
    Tools tools{std::move(*slots), std::move(*certifier), {}};
    if (!search.proofs) return tools;
    auto provers = Slots::start(provers_beside(threads), jail, search.proofs->solver_ms > 0);
    if (!provers) return std::unexpected(provers.error());
    tools.provers = std::move(*provers);
    return tools;
  }
};

unsigned threads_of(const CampaignOptions& options) {
  return options.threads ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

Json digests(AnyInstances instances) {
  Json json = Json::object();
  for (const auto& instance : instances) json[instance->name()] = instance->digest().hex();
  return json;
}

/// The first event: everything that decides the campaign's course, and nothing that does not.
Json campaign_event(const Problem& problem, const CampaignOptions& options, const SearchSettings& search, const Strategy& strategy,
                    const Provider& provider, const Slots& slots, const TrainInstances& train, const ValidationInstances& validation) {
  const tasks::Task& task = problem.task;
  Json event{{"format", kFormat}, {"task", task.name}, {"domain", task.domain}, {"objective", task.objective},
          {"direction", task.direction == tasks::Direction::minimise ? "minimise" : "maximise"},
          {"contract", task.contract.digest.hex()}, {"seed", options.seed}, {"provider", options.provider},
          {"provider_settings", options.provider_settings}, {"search", to_json(search)},
          {"toolchain", verify::Toolchain::toolchain_digest().hex()}, {"baselines", task.baselines.size()},
          {"train", digests(train)}, {"validation", digests(validation)}, {"missing_layers", slots.missing_layers()}};
  if (std::string provenance = train[0]->provenance(); !provenance.empty()) event["provenance"] = std::move(provenance);
  if (strategy.reads_traits()) event["measures"] = measures_of(problem);
  if (provider.reads_prompts()) event["prompts"] = problem.templates.digest().hex();
  if (!problem.properties.properties.empty()) event["properties"] = problem.properties.digest.hex();
  return event;
}

/// What a resume needs and the chain must not hold: paths, limits, the machine.
Result<void> write_notes(Archive& archive, const tasks::Task& task, const CampaignOptions& options) {
  std::error_code code;
  auto folder = std::filesystem::absolute(task.folder, code);
  if (auto done = archive.put_note("task_folder", folder.string()); !done) return done;
  if (auto done = archive.put_note("budget", to_json(options.budget)); !done) return done;
  if (auto done = archive.put_note("threads", options.threads); !done) return done;
  if (!task.overrides.empty())
    if (auto done = archive.put_note("overrides", task.overrides); !done) return done;
  return archive.put_note("without", options.jail.without);
}

std::string first_difference(const Json& was, const Json& is) {
  for (const auto& [key, value] : was.items())
    if (!is.contains(key) || is.at(key) != value) return key;
  return was.size() == is.size() ? "" : "a new entry";
}

Result<CampaignSummary> summary_of_log(const Archive& archive, StopReason reason) {
  CampaignSummary summary;
  summary.reason = reason;
  auto count = archive.candidate_count();
  auto head = archive.head();
  if (!count) return std::unexpected(count.error());
  if (!head) return std::unexpected(head.error());
  summary.candidates = *count;
  summary.head = *head;
  auto done = archive.for_each("result", [&](const Event& event) -> Result<void> {
    summary.champion.reset();
    if (event.body.contains("champion") && event.body["champion"].is_number_unsigned()) summary.champion = event.body["champion"].get<std::uint64_t>();
    summary.certificate_verdict = event.body.value("certificate_verdict", "");
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return summary;
}

/// The log ends with a finished campaign and the budget asks for no more.
Result<bool> is_finished(const Archive& archive, const Budget& budget) {
  std::optional<std::uint64_t> finished;
  auto done = archive.for_each("stop", [&](const Event& event) -> Result<void> {
    finished = event.body.value("candidates", std::uint64_t{0});
    return {};
  });
  if (!done) return std::unexpected(done.error());
  auto count = archive.candidate_count();
  if (!count) return std::unexpected(count.error());
  auto note = archive.note("elapsed_ns");
  if (!note) return std::unexpected(note.error());
  double seconds = *note && (*note)->is_number() ? (*note)->get<double>() / 1e9 : 0;
  bool no_more = (budget.candidates && *count >= *budget.candidates) || (budget.seconds && seconds >= *budget.seconds);
  return finished == *count && no_more;
}

struct Course {
  const tasks::Task& task;
  const CampaignOptions& options;
  Budget budget;
  bool finishes = true;  ///< false: it ends as an interrupted one does, without a champion
  const SearchSettings& search;
  const Problem& problem;
  Tools& tools;
  Provider& provider;
  Archive& archive;
  const TrainInstances& train;
  const ValidationInstances& validation;
};

Result<CampaignSummary> follow(const Course& course, const ProgressSink& progress, std::stop_token stop) {
  auto strategy = make_strategy(course.search.strategy, {course.search.strategies, course.problem.domain.descriptors()});
  if (!strategy) return std::unexpected(strategy.error());
  auto elapsed = course.archive.note("elapsed_ns");
  if (!elapsed) return std::unexpected(elapsed.error());
  std::chrono::nanoseconds before(*elapsed && (*elapsed)->is_number_integer() ? (*elapsed)->get<std::int64_t>() : 0);
  Meter meter(course.budget, course.task.direction, before, progress);
  std::optional<Prover> prover;
  if (course.search.proofs) prover.emplace(course.tools.provers->size(), prove_with(course.problem, *course.search.proofs, *course.tools.provers));
  Search search({course.problem, course.search, course.budget, course.options.seed, course.options.provider,
                 course.provider, **strategy, *course.tools.slots, course.archive, meter, course.train, course.validation, prover ? &*prover : nullptr, stop});
  if (auto restored = search.restore(); !restored) return std::unexpected(restored.error());
  const unsigned wide = std::max(threads_of(course.options), course.provider.concurrency());
  tbb::global_control threads(tbb::global_control::max_allowed_parallelism, wide);
  tbb::task_arena arena(static_cast<int>(wide));
  auto reason = arena.execute([&] { return search.run(); });
  prover.reset();  // what is still under way has no place in this log
  meter.show(true);
  if (!reason) return std::unexpected(reason.error());
  if (*reason == StopReason::budget && course.finishes) {
    auto end = finish({course.problem, course.search, *course.tools.slots, *course.tools.certifier, course.archive,
                       search.population(), course.train, course.validation, course.options.out, meter, stop});
    meter.tell("");
    if (!end) return std::unexpected(end.error());
    if (!*end) reason = StopReason::interrupted;
  }
  return summary_of_log(course.archive, *reason);
}

/// Beside the log, unless told otherwise; in no event, so that a campaign may be moved.
Json with_default_folder(const CampaignOptions& options) {
  Json settings = options.provider_settings;
  auto give_folder = [&](Json& of, const std::string& name) {
    if (of.is_object() && !of.contains("folder")) of["folder"] = (options.out / name).string();
  };
  if (options.provider == "mailbox") give_folder(settings, "mailbox");
  if (options.provider != "ensemble" || !settings.is_object() || !settings.contains("members") || !settings["members"].is_array()) return settings;
  for (Json& member : settings["members"])
    if (member.is_object() && member.value("provider", Json()) == "mailbox" && member.value("name", Json()).is_string()) {
      if (!member.contains("settings")) member["settings"] = Json::object();
      give_folder(member["settings"], "mailbox-" + member["name"].get<std::string>());
    }
  return settings;
}

/// `archive` opens or makes it, once the jails have started and everything else is known to fit.
Result<CampaignSummary> start(const tasks::Task& task, const CampaignOptions& options, const SearchSettings& search,
                              const std::function<Result<std::unique_ptr<Archive>>(const Json& event)>& archive,
                              const ProgressSink& progress, std::stop_token stop, const Rerun* rerun = nullptr) {
  auto provider = (rerun ? rerun->provider : options.make ? options.make : make_provider)(options.provider, with_default_folder(options));
  if (!provider) return std::unexpected(provider.error());
  auto problem = Problem::of(task);
  if (!problem) return std::unexpected(problem.error());
  auto strategy = make_strategy(search.strategy, {search.strategies, problem->domain.descriptors()});
  if (!strategy) return fail((task.folder / "task.json").string() + ": search: " + strategy.error().what);
  if (search.tune) problem->templates.tell_of_marks();
  auto tools = Tools::start(threads_of(options), options.jail, search);
  if (!tools) return std::unexpected(tools.error());
  auto train = problem->load_train();
  auto validation = problem->load_validation();
  if (!train) return std::unexpected(train.error());
  if (!validation) return std::unexpected(validation.error());
  if ((*train)[0]->provenance() != (*validation)[0]->provenance())
    return fail("figures of different origin are not compared: train has " + (*train)[0]->provenance() + ", validation has " + (*validation)[0]->provenance());
  auto opened = archive(campaign_event(*problem, options, search, **strategy, **provider, *tools->slots, *train, *validation));
  if (!opened) return std::unexpected(opened.error());
  Course course{task, options, options.budget, true, search, *problem, *tools, **provider, **opened, *train, *validation};
  if (!rerun) return follow(course, progress, stop);
  Result<CampaignSummary> summary = CampaignSummary{};
  for (std::size_t leg = 0; leg < rerun->legs.size() && summary && summary->reason == StopReason::budget; ++leg) {
    course.budget = {.candidates = rerun->legs[leg].candidates};
    course.finishes = rerun->legs[leg].finishes;
    summary = follow(course, progress, stop);
  }
  return summary;
}

template <class T>
Result<T> noted(const Archive& archive, const std::string& key) {
  auto note = archive.note(key);
  if (!note) return std::unexpected(note.error());
  return member<T>(Json{{key, *note ? **note : Json()}}, key, "the archive's notes");
}

struct Recorded {
  Json event;
  CampaignOptions options;
  std::string task_folder;
  Json overrides = Json::object();
  Json search;
  bool finished = false;
};

Result<Recorded> read_recorded(const std::filesystem::path& out, std::optional<Budget> raised) {
  auto archive = Archive::open_read_only(out);
  if (!archive) return std::unexpected(archive.error());
  Recorded recorded;
  auto found = (*archive)->for_each("campaign", [&](const Event& event) -> Result<void> {
    recorded.event = event.body;
    return {};
  });
  if (!found) return std::unexpected(found.error());
  if (recorded.event.is_null()) return fail(out.string() + ": the archive holds no campaign yet; it was stopped before the first event: remove the folder and run again");
  auto seed = member<std::uint64_t>(recorded.event, "seed", "campaign");
  auto provider = member<std::string>(recorded.event, "provider", "campaign");
  auto settings = member<Json>(recorded.event, "provider_settings", "campaign");
  auto search = member<Json>(recorded.event, "search", "campaign");
  auto folder = noted<std::string>(**archive, "task_folder");
  auto threads = noted<unsigned>(**archive, "threads");
  auto without = noted<std::vector<std::string>>(**archive, "without");
  auto budget_note = noted<Json>(**archive, "budget");
  auto overrides = (*archive)->note("overrides");  // a campaign without any has no note
  for (const Error* error : {seed ? nullptr : &seed.error(), provider ? nullptr : &provider.error(), settings ? nullptr : &settings.error(),
                             search ? nullptr : &search.error(), folder ? nullptr : &folder.error(), threads ? nullptr : &threads.error(),
                             without ? nullptr : &without.error(), budget_note ? nullptr : &budget_note.error(), overrides ? nullptr : &overrides.error()})
    if (error) return fail(out.string() + ": " + error->what);
  auto budget = budget_from_json(*budget_note);
  if (!budget) return std::unexpected(budget.error());
  recorded.options = {out, *provider, *settings, raised.value_or(*budget), *seed, *threads, {*without}};
  recorded.task_folder = *folder;
  if (*overrides && (*overrides)->is_object()) recorded.overrides = **overrides;
  recorded.search = *search;
  auto finished = is_finished(**archive, recorded.options.budget);
  if (!finished) return std::unexpected(finished.error());
  recorded.finished = *finished;
  return recorded;
}

}  // namespace

Result<CampaignSummary> run_campaign(const tasks::Task& task, const CampaignOptions& options, const ProgressSink& progress,
                                     std::stop_token stop) {
  if (!options.budget.candidates && !options.budget.seconds && !options.budget.usd) return fail("a campaign needs a budget: candidates, seconds or usd");
  auto search = read_search(task.search, (task.folder / "task.json").string() + ": search");
  if (!search) return std::unexpected(search.error());
  std::error_code code;
  if (std::filesystem::exists(options.out / "archive.sqlite", code))
    return fail(options.out.string() + ": a campaign is there already; resume it, or choose another folder");
  auto create = [&](const Json& event) -> Result<std::unique_ptr<Archive>> {
    auto archive = Archive::create(options.out);
    if (!archive) return archive;
    failpoint("campaign.archive_made");
    auto begun = (*archive)->transaction([&]() -> Result<void> {
      if (auto noted = write_notes(**archive, task, options); !noted) return noted;
      return (*archive)->append("campaign", event);
    });
    if (!begun) return std::unexpected(begun.error());
    failpoint("campaign.begun");
    return archive;
  };
  return start(task, options, *search, create, progress, stop);
}

Result<CampaignSummary> resume_campaign(const std::filesystem::path& out, std::optional<Budget> budget,
                                        const ProgressSink& progress, std::stop_token stop) {
  auto recorded = read_recorded(out, budget);
  if (!recorded) return std::unexpected(recorded.error());
  if (recorded->finished) {
    auto archive = Archive::open_read_only(out);
    if (!archive) return std::unexpected(archive.error());
    return summary_of_log(**archive, StopReason::budget);
  }
  auto task = tasks::load_task(recorded->task_folder);
  if (!task) return std::unexpected(task.error());
  tasks::override_settings(*task, recorded->overrides);
  auto search = read_search(recorded->search, out.string() + ": search");
  if (!search) return std::unexpected(search.error());
  auto open = [&](const Json& event) -> Result<std::unique_ptr<Archive>> {
    if (auto differs = first_difference(recorded->event, event); !differs.empty())
      return fail(out.string() + ": \"" + differs + "\" is not what the campaign began with; put " + recorded->task_folder +
                  " and the program back as they were, or start a new campaign");
    auto archive = Archive::open(out);
    if (archive && budget)
      if (auto noted = (*archive)->put_note("budget", to_json(*budget)); !noted) return std::unexpected(noted.error());
    return archive;
  };
  return start(*task, recorded->options, *search, open, progress, stop);
}

Result<std::optional<CampaignSummary>> rerun_campaign(const Rerun& rerun, const ProgressSink& progress, std::stop_token stop) {
  auto recorded = read_recorded(rerun.recorded, std::nullopt);
  if (!recorded) return std::unexpected(recorded.error());
  auto task = tasks::load_task(rerun.task.empty() ? std::filesystem::path(recorded->task_folder) : rerun.task);
  if (!task) return std::unexpected(task.error());
  tasks::override_settings(*task, recorded->overrides);
  auto search = read_search(recorded->search, rerun.recorded.string() + ": search");
  if (!search) return std::unexpected(search.error());
  CampaignOptions options = recorded->options;
  options.out = rerun.out;
  bool begins = true;
  auto create = [&](const Json& event) -> Result<std::unique_ptr<Archive>> {
    begins = rerun.begins(event);
    if (!begins) return fail("not the same campaign");
    auto archive = Archive::create(options.out);
    if (!archive) return archive;
    auto begun = (*archive)->transaction([&]() -> Result<void> {
      if (auto noted = write_notes(**archive, *task, options); !noted) return noted;
      return (*archive)->append("campaign", recorded->event);
    });
    if (!begun) return std::unexpected(begun.error());
    return archive;
  };
  auto summary = start(*task, options, *search, create, progress, stop, &rerun);
  if (!begins) return std::nullopt;
  if (!summary) return std::unexpected(summary.error());
  return *summary;
}

}  // namespace assay::evolve
