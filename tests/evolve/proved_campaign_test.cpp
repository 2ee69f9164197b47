// Whole campaigns with real proofs in the loop.

#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "evolve/proofs.h"
#include "evolve/replay.h"
#include "evolve/search.h"
#include "evolve/settings.h"
#include "tests/evolve/task_folder.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

/// Campaigns fork, so each runs in a process of its own, which has no threads when it begins.
class ProvedCampaign : public testing::Test {
 protected:
  struct Ending {
    int code = 0;
    std::string error;
  };
  Ending in_process(const std::function<Result<CampaignSummary>()>& body) {
    fs::remove(folder_.path() / "error");
    const pid_t pid = ::fork();
    if (pid == 0) {
      auto summary = body();
      if (!summary) std::ofstream(folder_.path() / "error") << summary.error().what;
      ::_exit(summary ? (summary->reason == StopReason::budget ? 0 : 3) : 2);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    std::ifstream in(folder_.path() / "error");
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status), std::string(std::istreambuf_iterator<char>(in), {})};
  }
  CampaignOptions options(const std::string& out, std::uint64_t candidates, unsigned threads) const {
    CampaignOptions options;
    options.out = folder_.path() / out;
    options.budget.candidates = candidates;
    options.seed = 5;
    options.threads = threads;
    return options;
  }
  /// `stop_after` candidates, or a little more; 0: to its end.
  Ending run(const CampaignOptions& options, std::uint64_t stop_after = 0) {
    return in_process([&]() -> Result<CampaignSummary> {
      std::stop_source source;
      auto watch = [&](const Progress& progress) { if (stop_after && progress.candidates >= stop_after) source.request_stop(); };
      if (fs::exists(options.out)) return resume_campaign(options.out, {}, watch, source.get_token());
      auto task = tasks::load_task(task_);
      if (!task) return std::unexpected(task.error());
      return run_campaign(*task, options, watch, source.get_token());
    });
  }
  void expect_success(const Ending& ending) { ASSERT_EQ(ending.code, 0) << ending.error; }
  /// With a bound on instructions that some candidates keep and others do not.
  void make_strict_task(const Json& search) {
    task_ = make_task(folder_.path(), {"fifo", "sieve"}, search);
    Json json = Json::parse(std::ifstream(task_ / "task.json"));
    json["limits"]["instructions"] = 220;
    std::ofstream(task_ / "task.json") << json.dump(2);
  }
  std::unique_ptr<Archive> archive(const std::string& out) { return expect_value(Archive::open_read_only(folder_.path() / out)); }

  /// Each verdict stands where it has to, and each that is no proof is rolled back.
  std::map<std::string, int> verdicts(const std::string& out, std::uint64_t lag) {
    std::map<std::string, int> found;
    std::uint64_t last = 0;
    std::string before;
    expect_done(archive(out)->for_each("", [&](const Event& event) -> Result<void> {
      if (event.kind == "candidate") last = event.body["index"];
      if (event.kind == "proof") {
        EXPECT_EQ(event.body["candidate"].get<std::uint64_t>() + lag, last);
        ++found[event.body["verdict"]];
      }
      if (event.kind == "rollback") ++found["rollback"];
      const bool needs_rollback = before == "refuted" || before == "unknown";
      EXPECT_EQ(event.kind == "rollback", needs_rollback) << event.sequence;
      before = event.kind == "proof" ? event.body["verdict"].get<std::string>() : "";
      return {};
    }));
    return found;
  }

  TemporaryFolder folder_;
  fs::path task_;
};

TEST_F(ProvedCampaign, HasTheSameHeadForEveryNumberOfThreads) {
  make_strict_task({{"elites", 4}, {"promote", 2}, {"certify", 2}, {"proofs", {{"lag", 5}, {"solver_ms", 100}}}});
  expect_success(run(options("one", 24, 1)));
  expect_success(run(options("four", 24, 4)));
  EXPECT_EQ(expect_value(archive("one")->head()), expect_value(archive("four")->head()));
  auto found = verdicts("one", 5);
  EXPECT_GT(found["proved"], 0);
  EXPECT_GT(found["rollback"], 0);
  EXPECT_EQ(found["rollback"], found["refuted"] + found["unknown"]);
}

TEST_F(ProvedCampaign, HasTheSameHeadForEveryStopAndForAReplay) {
  make_strict_task({{"elites", 4}, {"promote", 2}, {"certify", 2}, {"proofs", {{"lag", 5}, {"solver_ms", 100}}}});
  expect_success(run(options("one", 16, 2)));
  const Digest head = expect_value(archive("one")->head());
  auto found = verdicts("one", 5);
  int stops = 0;
  const CampaignOptions cut = options("cut", 16, 2);
  for (std::uint64_t after : {5, 10}) {
    const Ending ending = run(cut, after);
    ASSERT_TRUE(ending.code == 3 || ending.code == 0) << ending.error;
    stops += ending.code == 3;
    if (ending.code == 0) break;
  }
  expect_success(run(cut));
  EXPECT_GT(stops, 0);
  EXPECT_EQ(expect_value(archive("cut")->head()), head) << stops << " stops";
  expect_done(archive("cut")->verify_chain());
  expect_success(in_process([&]() -> Result<CampaignSummary> {
    auto replayed = replay_campaign(folder_.path() / "cut", folder_.path() / "again", {}, {}, {});
    if (!replayed) return std::unexpected(replayed.error());
    if (!replayed->equal() || !replayed->ended) return fail("the replay differs");
    return CampaignSummary{};
  }));
  auto account = expect_value(proof_account(*archive("cut")));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->proved, static_cast<std::uint64_t>(found["proved"]));
  EXPECT_EQ(account->refuted + account->unknown, static_cast<std::uint64_t>(found["rollback"]));
  EXPECT_GT(account->ahead, 0u);
  EXPECT_GE(account->ahead, account->ahead_of_failed);
  EXPECT_GT(account->times.proving.count(), 0);
}

TEST_F(ProvedCampaign, WithoutSpeculationEachCommitWaitsAndTheHeadIsAsDeterministic) {
  make_strict_task({{"elites", 4}, {"promote", 2}, {"certify", 2}, {"proofs", {{"speculate", false}, {"solver_ms", 0}}}});
  expect_success(run(options("one", 24, 1)));
  expect_success(run(options("four", 24, 4)));
  EXPECT_EQ(expect_value(archive("one")->head()), expect_value(archive("four")->head()));
  auto found = verdicts("one", 0);
  EXPECT_GT(found["proved"], 0);
  EXPECT_GT(found["rollback"], 0);
  auto account = expect_value(proof_account(*archive("one")));
  ASSERT_TRUE(account);
  EXPECT_EQ(account->ahead, 0u);
  EXPECT_EQ(account->rolled_back, 0u) << "nobody is there to be rolled back";
}

std::string queue_policy(const std::string& on_insert) {
  return "i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { " + on_insert + " }\n"
         "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue; }\n"
         "i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }\n"
         "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }\n";
}

/// LRU, better than the baseline: once as it is, once with an overflow on inputs that no trace has. Its children follow.
TEST_F(ProvedCampaign, TheChildrenOfARefutedParentLeaveAndThoseOfAProvedOneStay) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"elites", 4}, {"islands", 1}, {"window", 1}, {"proofs", {{"lag", 3}}}});
  const std::string overflow = "i64 x = object.size; return x > 1099511627700 ? (x * x - x * x) : 0;";
  const std::string guarded = "i64 x = object.size; return x > 1099511627700 ? (x - x) : 0;";
  for (bool refuted : {true, false}) {
    const std::string name = refuted ? "refuted" : "proved", recorded = name + "-recorded";
    {
      auto log = expect_value(Archive::create(folder_.path() / recorded));
      const std::vector<std::string> texts{queue_policy(refuted ? overflow : guarded), queue_policy("return 0 * object.size + 1;"),
                                           queue_policy("return 1 + object.size - object.size;"), queue_policy("return 2;"), queue_policy("return 3;"), ""};
      for (std::uint64_t i = 0; i <= texts.size(); ++i) {
        CandidateRecord record;
        record.index = i;
        record.provider = "mutate";
        record.operation = "written";
        record.source = expect_value(log->put_blob(i == 0 ? "" : texts[i - 1]));
        if (i > 0 && texts[i - 1].empty()) record.outcome = {OutcomeKind::no_completion, "nothing", {}};
        expect_done(log->append(record));
      }
    }
    CampaignOptions chosen = options(name, 100, 2);
    chosen.provider = "replay";
    chosen.provider_settings = {{"folder", (folder_.path() / recorded).string()}};
    expect_success(run(chosen));
    Json verdict, rollback;
    auto log = archive(name);
    expect_done(log->for_each("proof", [&](const Event& event) -> Result<void> {
      if (event.body["candidate"] == 1) verdict = event.body;
      return {};
    }));
    expect_done(log->for_each("rollback", [&](const Event& event) -> Result<void> {
      if (event.body["candidate"] == 1) rollback = event.body;
      return {};
    }));
    ASSERT_FALSE(verdict.is_null());
    EXPECT_EQ(verdict["verdict"], name) << verdict;
    EXPECT_EQ(rollback.is_null(), !refuted);
    if (!refuted) continue;
    EXPECT_EQ(verdict["why"], "on_insert, no_undefined_behaviour");
    std::set<std::uint64_t> elites, rests{1}, gone(rollback["descendants"].begin(), rollback["descendants"].end());
    for (const auto& record : expect_value(log->candidates())) {
      const bool rests_on_it = std::ranges::any_of(record.parents, [&](std::uint64_t parent) { return rests.contains(parent); });
      if (rests_on_it && record.fitness && record.index <= 4) rests.insert(record.index), elites.insert(record.index);
    }
    EXPECT_FALSE(elites.empty()) << "the seed is chosen so that the refuted one has children";
    EXPECT_EQ(gone, elites);
    Json result;
    expect_done(log->for_each("result", [&](const Event& event) -> Result<void> { result = event.body; return {}; }));
    EXPECT_NE(result["champion"], 1) << "what is refuted is no champion";
  }
}

/// A search whose proofs err: it ends with that error where the verdict is due, and all before it is kept.
TEST_F(ProvedCampaign, AProofThatErrsEndsTheCampaignWhereItsVerdictIsDue) {
  task_ = make_task(folder_.path(), {"fifo", "sieve"}, {{"proofs", {{"lag", 4}}}});
  const Ending ending = in_process([&]() -> Result<CampaignSummary> {
    auto task = tasks::load_task(task_);
    if (!task) return std::unexpected(task.error());
    auto settings = read_search(task->search, "search");
    auto problem = Problem::of(*task);
    auto slots = Slots::start(2, {});
    if (!slots) return std::unexpected(slots.error());
    auto train = problem->load_train();
    auto validation = problem->load_validation();
    auto provider = make_provider("mutate", Json::object());
    auto strategy = make_strategy("islands", {settings->strategies, {}});
    auto log = Archive::create(folder_.path() / "out");
    Meter meter({}, task->direction, {}, {});
    Prover prover(1, [](std::uint64_t, const Source&) -> Result<LoopProof> { return fail("the solver's jail is gone"); });
    Search search({*problem, *settings, Budget{.candidates = 30}, 5, "mutate", **provider, **strategy, **slots, **log, meter, *train, *validation, &prover, {}});
    if (auto restored = search.restore(); !restored) return std::unexpected(restored.error());
    auto reason = search.run();
    if (!reason) return std::unexpected(reason.error());
    return CampaignSummary{};
  });
  EXPECT_EQ(ending.code, 2);
  EXPECT_NE(ending.error.find("the solver's jail is gone"), std::string::npos) << ending.error;
  EXPECT_TRUE(ending.error.starts_with("proof of candidate ")) << ending.error;
  const std::uint64_t first = std::stoull(ending.error.substr(19));
  EXPECT_EQ(expect_value(archive("out")->candidate_count()), first + 4);
  expect_done(archive("out")->verify_chain());
}

}  // namespace
}  // namespace assay::evolve
