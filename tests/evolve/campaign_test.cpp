#include "evolve/campaign.h"

#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "evolve/settings.h"
#include "tests/evolve/task_folder.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

CampaignOptions options_for(const fs::path& out, std::uint64_t candidates) {
  CampaignOptions options;
  options.out = out;
  options.budget.candidates = candidates;
  options.seed = 5;
  options.threads = 2;
  return options;
}

struct Ending {
  int status = 0;
  std::string error;
};

/// Campaigns fork, so each runs in a process of its own, which has no threads when it begins.
Ending in_process(const fs::path& scratch, const std::function<Result<CampaignSummary>()>& body, int kill_after_ms = 0) {
  fs::remove(scratch / "error");
  pid_t pid = ::fork();
  if (pid == 0) {
    if (kill_after_ms > 0) {  // SIGALRM's default ends the process as SIGKILL does: at once, nothing is run
      itimerval timer{{0, 0}, {kill_after_ms / 1000, kill_after_ms % 1000 * 1000}};
      ::setitimer(ITIMER_REAL, &timer, nullptr);
    }
    auto summary = body();
    if (!summary) std::ofstream(scratch / "error") << summary.error().what;
    ::_exit(summary ? (summary->reason == StopReason::budget ? 0 : 3) : 2);
  }
  Ending ending;
  ::waitpid(pid, &ending.status, 0);
  std::ifstream in(scratch / "error");
  ending.error.assign(std::istreambuf_iterator<char>(in), {});
  return ending;
}

Ending run(const fs::path& task, const CampaignOptions& options, int kill_after_ms = 0) {
  return in_process(options.out.parent_path(), [&]() -> Result<CampaignSummary> {
    auto loaded = tasks::load_task(task);
    if (!loaded) return std::unexpected(loaded.error());
    return run_campaign(*loaded, options, {}, {});
  }, kill_after_ms);
}

Ending resume(const fs::path& out, std::optional<Budget> budget = {}, int kill_after_ms = 0) {
  return in_process(out.parent_path(), [&] { return resume_campaign(out, budget, {}, {}); }, kill_after_ms);
}

void expect_success(const Ending& ending) {
  ASSERT_TRUE(WIFEXITED(ending.status));
  ASSERT_EQ(WEXITSTATUS(ending.status), 0) << ending.error;
}

Digest head_of(const fs::path& out) { return expect_value(expect_value(Archive::open_read_only(out))->head()); }

TEST(Campaign, EndsWithAChampionItsCertificateAndTheComparison) {
  TemporaryFolder folder;
  auto task = make_task(folder.path());
  auto out = folder.path() / "out";
  expect_success(run(task, options_for(out, 60)));
  auto archive = expect_value(Archive::open_read_only(out));
  expect_done(archive->verify_chain());
  EXPECT_EQ(expect_value(archive->candidate_count()), 60u);
  Json result;
  std::set<std::string> baselines;
  expect_done(archive->for_each("result", [&](const Event& e) -> Result<void> { result = e.body; return {}; }));
  expect_done(archive->for_each("baseline", [&](const Event& e) -> Result<void> {
    baselines.insert(e.body["name"]);
    EXPECT_EQ(e.body["holdout"].size(), 1u) << e.body.dump();
    return {};
  }));
  EXPECT_TRUE(baselines.contains("lru") && baselines.contains("s3fifo"));
  ASSERT_TRUE(result["champion"].is_number()) << result.dump();
  EXPECT_EQ(result["certificate_verdict"], "proved");
  EXPECT_EQ(result["holdout"].size(), 1u);
  EXPECT_GT(result["proposals"]["mutate"]["all"].get<int>(), 30);
  EXPECT_TRUE(fs::exists(out / "champion" / "certificate.json"));
  auto champion = expect_value(archive->candidate(result["champion"].get<std::uint64_t>()));
  EXPECT_TRUE(champion->fitness);
}

TEST(Campaign, HasTheSameHeadForEveryNumberOfThreads) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "sieve"});
  std::set<Digest> heads;
  for (unsigned threads : {1u, 3u}) {
    auto options = options_for(folder.path() / std::to_string(threads), 20);
    options.threads = threads;
    expect_success(run(task, options));
    heads.insert(head_of(options.out));
  }
  EXPECT_EQ(heads.size(), 1u);
  auto other = options_for(folder.path() / "other", 20);
  other.seed = 6;
  expect_success(run(task, other));
  EXPECT_FALSE(heads.contains(head_of(other.out)));
}

TEST(Campaign, WithTheCertificateInItsObjectiveReadsTheSameOnEveryMachine) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "sieve"}, {{"certificate", {{"weight", 0.5}}}, {"elites", 4}});
  std::set<Digest> heads;
  for (unsigned threads : {1u, 3u}) {
    auto options = options_for(folder.path() / std::to_string(threads), 20);
    options.threads = threads;
    expect_success(run(task, options));
    heads.insert(head_of(options.out));
  }
  EXPECT_EQ(heads.size(), 1u);
  auto part = options_for(folder.path() / "resumed", 12);
  expect_success(run(task, part));
  Budget whole;
  whole.candidates = 20;
  expect_success(resume(part.out, whole));
  auto archive = expect_value(Archive::open_read_only(folder.path() / "1"));
  EXPECT_TRUE(archive->verify_chain().has_value());
  auto resumed = expect_value(Archive::open_read_only(part.out));
  std::size_t graded = 0;
  auto records = expect_value(archive->candidates()), again = expect_value(resumed->candidates());
  ASSERT_EQ(records.size(), again.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(dump(to_json(records[i])), dump(to_json(again[i])));
    if (!records[i].certificate) continue;
    const CandidateCertificate& certificate = *records[i].certificate;
    ++graded;
    EXPECT_TRUE(records[i].fitness.has_value());
    EXPECT_TRUE(certificate.verdict != "proved" || certificate.score == 1) << certificate.score;
    EXPECT_DOUBLE_EQ(*records[i].selection(), *records[i].fitness + 0.5 * (1 - certificate.score));
    EXPECT_EQ(summary_of(records[i]).fitness, records[i].selection());
  }
  EXPECT_GE(graded, 4u);
}

TEST(Campaign, KilledAtAnyPointResumesToTheArchiveOfAnUninterruptedRun) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "sieve", "lru"});
  auto whole = options_for(folder.path() / "whole", 40), cut = options_for(folder.path() / "cut", 40);
  expect_success(run(task, whole));
  Random random(static_cast<std::uint64_t>(::getpid()), 0);
  int kills = 0;
  for (int limit = 150;; limit += limit / 4) {
    int after = static_cast<int>(random.between(limit / 2, limit));
    bool begun = fs::exists(cut.out / "archive.sqlite");
    Ending ending = begun ? resume(cut.out, {}, after) : run(task, cut, after);
    if (WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 0) break;
    if (WIFSIGNALED(ending.status)) ++kills;
    else if (ending.error.find("no campaign yet") != std::string::npos || ending.error.find("not an archive") != std::string::npos) fs::remove_all(cut.out);
    else FAIL() << ending.error;
  }
  EXPECT_GT(kills, 0);
  EXPECT_EQ(head_of(cut.out), head_of(whole.out)) << kills << " kills";
  expect_done(expect_value(Archive::open_read_only(cut.out))->verify_chain());
}

TEST(Campaign, StoppedInOrderKeepsEverythingAndResumes) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "sieve"});
  auto out = folder.path() / "out";
  auto ending = in_process(folder.path(), [&]() -> Result<CampaignSummary> {
    std::stop_source source;
    auto loaded = tasks::load_task(task);
    auto stop_soon = [&](const Progress& progress) { if (progress.candidates > 5) source.request_stop(); };
    return run_campaign(*loaded, options_for(out, 100000), stop_soon, source.get_token());
  });
  ASSERT_EQ(WEXITSTATUS(ending.status), 3) << ending.error;
  auto kept = expect_value(expect_value(Archive::open_read_only(out))->candidate_count());
  EXPECT_GT(kept, 5u);
  Budget budget;
  budget.candidates = kept + 10;
  expect_success(resume(out, budget));
  EXPECT_EQ(expect_value(expect_value(Archive::open_read_only(out))->candidate_count()), kept + 10);
  Digest head = head_of(out);
  expect_success(resume(out, budget));  // nothing left to do: nothing changes
  EXPECT_EQ(head_of(out), head);
}

/// A recorded campaign whose candidates are `texts`, after as many seeds as the task has.
void record(const fs::path& folder, std::uint64_t seeds, const std::vector<std::string>& texts) {
  auto archive = expect_value(Archive::create(folder));
  for (std::uint64_t i = 0; i < seeds + texts.size(); ++i) {
    CandidateRecord record;
    record.index = i;
    record.provider = "mutate";
    record.operation = "written";
    record.source = expect_value(archive->put_blob(i < seeds ? "" : texts[i - seeds]));
    if (i >= seeds && texts[i - seeds].empty()) record.outcome = {OutcomeKind::no_completion, "nothing", {}};
    expect_done(archive->append(record));
  }
}

std::string queue_policy(const std::string& on_insert, const std::string& on_hit, const std::string& pick, const std::string& on_head) {
  return "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {" + on_insert + "}\n"
         "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {" + on_hit + "}\n"
         "i64 pick_queue(const Queues& queues, Memory& memory) {" + pick + "}\n"
         "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {" + on_head + "}\n";
}

TEST(Campaign, EveryFailureOfACandidateIsAnOutcomeInTheLogAndTheCampaignGoesOn) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "lru"}, {{"elites", 1}, {"abandon_margin", 0}});
  const std::string worst = queue_policy("return kReject;", "return kStay;", "return 0;", "return kEvict;");
  record(folder.path() / "recorded", 2, {
      "this is no C++", queue_policy("return on_insert(object, ghost, queues, mark, memory);", "return 0;", "return 0;", "return 0;"),
      queue_policy("return object.queue + 17;", "return kStay;", "return 0;", "return kEvict;"),
      queue_policy("return queues.length[object.size + 3];", "return kStay;", "return 0;", "return kEvict;"),
      queue_policy("for (i64 i = 0; i < 1000000000; i += 1) { for (i64 j = 0; j < 1000000000; j += 1) { memory.a = (memory.a * 3 + j) % 1000; } } return memory.a > 500 ? 1 : 0;",
                   "return kStay;", "return 0;", "return kEvict;"),
      "", worst, worst, std::string(1 << 20, '('), std::string("\0\xff binary", 9)});
  auto options = options_for(folder.path() / "out", 1000);
  options.provider = "replay";
  options.provider_settings = {{"folder", (folder.path() / "recorded").string()}};
  expect_success(run(task, options));
  auto archive = expect_value(Archive::open_read_only(options.out));
  std::vector<std::string> kinds;
  for (const auto& record : expect_value(archive->candidates())) kinds.emplace_back(name_of(record.outcome.kind));
  ASSERT_EQ(kinds.size(), 12u);
  EXPECT_EQ(std::vector(kinds.begin() + 2, kinds.begin() + 4), (std::vector<std::string>{"refused", "refused"}));
  EXPECT_EQ(kinds[4], "protocol_violation");
  EXPECT_EQ(kinds[5], "signal");
  EXPECT_TRUE(kinds[6] == "timeout" || kinds[6] == "refused") << kinds[6];
  EXPECT_EQ(kinds[7], "no_completion");
  EXPECT_EQ(kinds[8], "abandoned");
  EXPECT_EQ(kinds[9], "duplicate");
  EXPECT_EQ(kinds[10], "refused");
  EXPECT_EQ(kinds[11], "refused");
  expect_done(archive->verify_chain());
}

TEST(Campaign, AModelIsAskedWithTrainingFiguresOnlyAndNothingPaidIsLost) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo", "lru"});
  auto options = options_for(folder.path() / "out", 8);
  options.provider = "exec";
  std::string code = queue_policy("return 0;", "return object.queue;", "return 0;", "return kEvict;");
  options.provider_settings = {{"command", "cat >> " + (folder.path() / "prompts").string() + "; printf '%s\\n' '```cpp' '" + code + "' '```'"}, {"usd_per_call", 0.25}};
  options.budget = {};
  options.budget.usd = 1.1;
  expect_success(run(task, options));
  auto archive = expect_value(Archive::open_read_only(options.out));
  double usd = 0;
  for (const auto& record : expect_value(archive->candidates())) usd += record.usd;
  EXPECT_DOUBLE_EQ(usd, 1.0);  // a fifth call would not fit
  EXPECT_TRUE(expect_value(archive->pending()).empty());
  std::ifstream in(folder.path() / "prompts");
  std::string prompts(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(prompts.find("train-5%"), std::string::npos);
  EXPECT_NE(prompts.find("on_insert"), std::string::npos);
  EXPECT_EQ(prompts.find("validation-10%"), std::string::npos);
  EXPECT_EQ(prompts.find("holdout"), std::string::npos);
}

/// LRU, which is better than the baseline on most instances, but where the cache is tiny it admits nothing at all.
TEST(Campaign, AMeanDoesNotHideAnInstanceThatIsRuined) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo"});
  auto json = Json::parse(std::ifstream(task / "task.json"));
  json["native_baselines"] = Json::array();
  for (int percent : {12, 14, 16, 18, 20, 22, 25, 30})
    json["instances"]["validation"].push_back(instance_json("validation-" + std::to_string(percent), "instances/validation.txt", percent / 100.0));
  json["instances"]["validation"].push_back(instance_json("validation-tiny", "instances/validation.txt", 0.005));
  std::ofstream(task / "task.json") << json.dump(2);
  auto options = options_for(folder.path() / "out", 2);
  options.provider = "exec";
  const std::string code = queue_policy("return queues.capacity < 20 ? kReject : 0;", "return object.queue;", "return 0;", "return kEvict;");
  options.provider_settings = {{"command", "cat > /dev/null; printf '%s\\n' '```cpp' '" + code + "' '```'"}};
  expect_success(run(task, options));
  auto archive = expect_value(Archive::open_read_only(options.out));
  Json result;
  expect_done(archive->for_each("result", [&](const Event& e) -> Result<void> { result = e.body; return {}; }));
  auto promotions = expect_value(archive->promotions());
  std::map<std::uint64_t, double> loss;
  for (const auto& promotion : promotions) loss[promotion.candidate] = promotion.validation_loss;
  ASSERT_EQ(loss.size(), 2u) << result.dump();
  EXPECT_LT(loss[1], loss[0]) << "on average it is better";
  EXPECT_EQ(result["champion"], 0) << result.dump();
  ASSERT_TRUE(result.contains("ruinous")) << result.dump();
  EXPECT_EQ(result["ruinous"], Json::array({{{"candidate", 1}, {"instance", "validation-tiny"}}}));
}

TEST(Campaign, RefusesToResumeWhereTheTaskHasChanged) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo"});
  auto out = folder.path() / "out";
  expect_success(run(task, options_for(out, 10)));
  std::ofstream(task / "instances/train.txt", std::ios::app) << "1\n2\n3\n";
  Budget budget;
  budget.candidates = 20;
  auto ending = resume(out, budget);
  EXPECT_EQ(WEXITSTATUS(ending.status), 2);
  EXPECT_NE(ending.error.find("\"train\" is not what the campaign began with"), std::string::npos) << ending.error;
}

TEST(Campaign, SaysWhatIsWrongWithItsOptions) {
  TemporaryFolder folder;
  auto task = make_task(folder.path(), {"fifo"}, {{"islandz", 3}});
  auto ending = run(task, options_for(folder.path() / "out", 10));
  EXPECT_NE(ending.error.find("unknown setting \"islandz\""), std::string::npos) << ending.error;
  for (auto [settings, words] : {std::pair<Json, const char*>{{{"certificate", {{"wait", 1}}}}, "unknown setting \"wait\""},
                                 {{{"certificate", {{"weight", -1}}}}, "\"weight\" must lie between 0 and 1e9"},
                                 {{{"certificate", Json::object()}}, "weight"}}) {
    auto read = read_search(settings, "task.json: search");
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().what.find(words), std::string::npos) << read.error().what;
    EXPECT_TRUE(read.error().what.starts_with("task.json: search: certificate")) << read.error().what;
  }
  auto certificate = read_search({{"certificate", {{"weight", 0.25}}}}, "search");
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(to_json(*certificate)["certificate"]["weight"], 0.25);
  EXPECT_FALSE(to_json(SearchSettings{}).contains("certificate"));
  EXPECT_FALSE(parse_budget("candidates=4,secs=3"));
  EXPECT_FALSE(parse_budget(""));
  EXPECT_FALSE(parse_budget("usd=-1"));
  EXPECT_FALSE(parse_budget("candidates=1.5"));
  auto budget = expect_value(parse_budget("candidates=400,seconds=60,usd=1.5"));
  EXPECT_EQ(budget.candidates, 400u);
  EXPECT_EQ(budget.usd, 1.5);
}

}  // namespace
}  // namespace assay::evolve
