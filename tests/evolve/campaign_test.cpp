#include "evolve/campaign.h"

#include <sys/time.h>

#include <map>
#include <set>

#include "evolve/random.h"
#include "evolve/settings.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

/// As many as may become champion; of most other tests it is one.
const Json kTwoContenders{{"promote", 2}, {"certify", 2}};

class Campaign : public CampaignTest {};

TEST_F(Campaign, EndsWithAChampionItsCertificateAndTheComparison) {
  task_ = make_task(folder_.path(), {}, kTwoContenders);
  expect_success(run(options("out", 60)));
  auto log = archive("out");
  expect_done(log->verify_chain());
  EXPECT_EQ(expect_value(log->candidate_count()), 60u);
  const Json result = result_of("out");
  std::set<std::string> baselines;
  expect_done(log->for_each("baseline", [&](const Event& e) -> Result<void> {
    baselines.insert(e.body["name"]);
    EXPECT_EQ(e.body["holdout"].size(), 1u) << e.body.dump();
    return {};
  }));
  EXPECT_TRUE(baselines.contains("lru") && baselines.contains("s3fifo"));
  ASSERT_TRUE(result["champion"].is_number()) << result.dump();
  EXPECT_EQ(result["certificate_verdict"], "proved");
  EXPECT_EQ(result["holdout"].size(), 1u);
  EXPECT_GT(result["proposals"]["mutate"]["all"].get<int>(), 30);
  EXPECT_TRUE(fs::exists(folder_.path() / "out/champion" / "certificate.json"));
  auto champion = expect_value(log->candidate(result["champion"].get<std::uint64_t>()));
  EXPECT_TRUE(champion->fitness);
}

TEST_F(Campaign, HasTheSameHeadForEveryNumberOfThreads) {
  task_ = make_task(folder_.path(), {"fifo", "sieve"});
  expect_success(run(options("one", 16, 1)));
  expect_success(run(options("three", 16, 3)));
  EXPECT_EQ(head_of("one"), head_of("three"));
  auto other = options("other", 16);
  other.seed = 6;
  expect_success(run(other));
  EXPECT_NE(head_of("other"), head_of("one"));
}

TEST_F(Campaign, WithTheCertificateInItsObjectiveReadsTheSameOnEveryMachine) {
  task_ = make_task(folder_.path(), {"fifo", "sieve"}, {{"certificate", {{"weight", 0.5}}}, {"elites", 4}});
  expect_success(run(options("one", 16, 1)));
  expect_success(run(options("three", 16, 3)));
  EXPECT_EQ(head_of("one"), head_of("three"));
  expect_success(run(options("resumed", 10)));
  expect_success(resume("resumed", 16));
  expect_same_candidates("one", "resumed", 16);
  auto log = archive("one");
  expect_done(log->verify_chain());
  std::size_t graded = 0;
  for (const auto& record : expect_value(log->candidates())) {
    if (!record.certificate) continue;
    const CandidateCertificate& certificate = *record.certificate;
    ++graded;
    EXPECT_TRUE(record.fitness.has_value());
    EXPECT_TRUE(certificate.verdict != "proved" || certificate.score == 1) << certificate.score;
    EXPECT_DOUBLE_EQ(*record.selection(), *record.fitness + 0.5 * (1 - certificate.score));
    EXPECT_EQ(summary_of(record).fitness, record.selection());
  }
  EXPECT_GE(graded, 4u);
}

/// SIGALRM's default ends the process as SIGKILL does: at once, nothing is run.
void end_after(int milliseconds) {
  const itimerval timer{{0, 0}, {milliseconds / 1000, milliseconds % 1000 * 1000}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

TEST_F(Campaign, KilledAtAnyPointResumesToTheArchiveOfAnUninterruptedRun) {
  task_ = make_task(folder_.path(), {"fifo", "sieve", "lru"});
  const auto whole = options("whole", 24), cut = options("cut", 24);
  expect_success(run(whole));
  Random random(static_cast<std::uint64_t>(::getpid()), 0);
  int kills = 0;
  for (int limit = 150;; limit += limit / 4) {
    const int after = static_cast<int>(random.between(limit / 2, limit));
    const Ending ending = in_process([&] { return end_after(after), begin_or_resume(task_, cut); });
    if (ending.ok()) break;
    if (WIFSIGNALED(ending.status)) ++kills;
    else if (ending.error.find("no campaign yet") != std::string::npos || ending.error.find("not an archive") != std::string::npos) fs::remove_all(cut.out);
    else FAIL() << ending.error;
  }
  EXPECT_GT(kills, 0);
  EXPECT_EQ(head_of("cut"), head_of("whole")) << kills << " kills";
  expect_done(archive("cut")->verify_chain());
}

TEST_F(Campaign, StoppedInOrderKeepsEverythingAndResumes) {
  task_ = make_task(folder_.path(), {"fifo", "sieve"});
  const Ending ending = run_until(6, options("out", 100000));
  ASSERT_TRUE(ending.interrupted()) << ending.error;
  const auto kept = expect_value(archive("out")->candidate_count());
  EXPECT_GT(kept, 5u);
  expect_success(resume("out", kept + 4));
  EXPECT_EQ(expect_value(archive("out")->candidate_count()), kept + 4);
  const std::string head = head_of("out");
  expect_success(resume("out", kept + 4));  // nothing left to do: nothing changes
  EXPECT_EQ(head_of("out"), head);
}

TEST_F(Campaign, EveryFailureOfACandidateIsAnOutcomeInTheLogAndTheCampaignGoesOn) {
  task_ = make_task(folder_.path(), {"fifo", "lru"}, {{"elites", 1}, {"abandon_margin", 0}});
  const std::string worst = queue_policy("return kReject;", "return kStay;", "return 0;", "return kEvict;");
  expect_success(run(with_texts("out", 2, {
      "this is no C++", queue_policy("return on_insert(object, ghost, queues, mark, memory);", "return 0;", "return 0;", "return 0;"),
      queue_policy("return object.queue + 17;", "return kStay;", "return 0;", "return kEvict;"),
      queue_policy("return queues.length[object.size + 3];", "return kStay;", "return 0;", "return kEvict;"),
      queue_policy("for (i64 i = 0; i < 1000000000; i += 1) { for (i64 j = 0; j < 1000000000; j += 1) { memory.a = (memory.a * 3 + j) % 1000; } } return memory.a > 500 ? 1 : 0;",
                   "return kStay;", "return 0;", "return kEvict;"),
      "", worst, worst, std::string(1 << 20, '('), std::string("\0\xff binary", 9)})));
  auto log = archive("out");
  std::vector<std::string> kinds;
  for (const auto& record : expect_value(log->candidates())) kinds.emplace_back(name_of(record.outcome.kind));
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
  expect_done(log->verify_chain());
}

TEST_F(Campaign, AModelIsAskedWithTrainingFiguresOnlyAndNothingPaidIsLost) {
  task_ = make_task(folder_.path(), {"fifo", "lru"});
  auto chosen = with_command("out", 8, "cat >> " + (folder_.path() / "prompts").string() + "; printf '%s\\n' '```cpp' '" + queue_policy("return 0;") + "' '```'");
  chosen.budget = {};
  chosen.budget.usd = 1.1;
  expect_success(run(chosen));
  auto log = archive("out");
  double usd = 0;
  for (const auto& record : expect_value(log->candidates())) usd += record.usd;
  EXPECT_DOUBLE_EQ(usd, 1.0);  // a fifth call would not fit
  EXPECT_TRUE(expect_value(log->pending()).empty());
  const std::string prompts = content_of(folder_.path() / "prompts");
  EXPECT_NE(prompts.find("train-5%"), std::string::npos);
  EXPECT_NE(prompts.find("on_insert"), std::string::npos);
  EXPECT_EQ(prompts.find("validation-10%"), std::string::npos);
  EXPECT_EQ(prompts.find("holdout"), std::string::npos);
}

/// LRU, which is better than the baseline on most instances, but where the cache is tiny it admits nothing at all.
TEST_F(Campaign, AMeanDoesNotHideAnInstanceThatIsRuined) {
  task_ = make_task(folder_.path(), {"fifo"}, kTwoContenders);
  auto json = Json::parse(std::ifstream(task_ / "task.json"));
  json["native_baselines"] = Json::array();
  for (int percent : {12, 14, 16, 18, 20, 22, 25, 30})
    json["instances"]["validation"].push_back(instance_json("validation-" + std::to_string(percent), "instances/validation.txt", percent / 100.0));
  json["instances"]["validation"].push_back(instance_json("validation-tiny", "instances/validation.txt", 0.005));
  std::ofstream(task_ / "task.json") << json.dump(2);
  const std::string code = queue_policy("return queues.capacity < 20 ? kReject : 0;");
  expect_success(run(with_command("out", 2, "cat > /dev/null; printf '%s\\n' '```cpp' '" + code + "' '```'")));
  const Json result = result_of("out");
  auto promotions = expect_value(archive("out")->promotions());
  std::map<std::uint64_t, double> loss;
  for (const auto& promotion : promotions) loss[promotion.candidate] = promotion.validation_loss;
  ASSERT_EQ(loss.size(), 2u) << result.dump();
  EXPECT_LT(loss[1], loss[0]) << "on average it is better";
  EXPECT_EQ(result["champion"], 0) << result.dump();
  ASSERT_TRUE(result.contains("ruinous")) << result.dump();
  EXPECT_EQ(result["ruinous"], Json::array({{{"candidate", 1}, {"instance", "validation-tiny"}}}));
}

TEST_F(Campaign, RefusesToResumeWhereTheTaskHasChanged) {
  task_ = make_task(folder_.path(), {"fifo"});
  expect_success(run(options("out", 4)));
  std::ofstream(task_ / "instances/train.txt", std::ios::app) << "1\n2\n3\n";
  const Ending ending = resume("out", 20);
  EXPECT_TRUE(ending.failed());
  EXPECT_NE(ending.error.find("\"train\" is not what the campaign began with"), std::string::npos) << ending.error;
}

TEST_F(Campaign, SaysWhatIsWrongWithItsOptions) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"islandz", 3}});
  const Ending ending = run(options("out", 10));
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
