// Proofs beside a search: who stands in the population, what the prover promises, and whole campaigns with real proofs.

#include "evolve/proofs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <set>

#include "evolve/replay.h"
#include "evolve/search.h"
#include "evolve/settings.h"
#include "tests/evolve/task_folder.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;
using Indices = std::vector<std::uint64_t>;

// Lineage -----------------------------------------------------------------------------------------------------------

Commit commit_of(std::uint64_t index, std::optional<double> fitness, bool is_seed = false) {
  Commit commit;
  commit.summary.index = index;
  commit.summary.island = static_cast<std::uint32_t>(index);
  commit.summary.is_seed = is_seed;
  commit.summary.fitness = fitness;
  if (!fitness) commit.summary.outcome = OutcomeKind::refused;
  return commit;
}

ProofSettings proofs_with_lag(std::uint64_t lag) {
  ProofSettings settings;
  settings.lag = lag;
  return settings;
}

constexpr PopulationSettings kOneIsland{1, 8, 0};

/// A baseline, 0; its child, 1; the child's child, 2.
Lineage three_generations() {
  Lineage lineage(kOneIsland, proofs_with_lag(2));
  EXPECT_FALSE(lineage.enter(commit_of(0, 1.0, true), {})) << "baselines are not proved in the loop";
  EXPECT_TRUE(lineage.enter(commit_of(1, 0.9), {0}));
  EXPECT_TRUE(lineage.enter(commit_of(2, 0.8), {1}));
  EXPECT_FALSE(lineage.due());
  EXPECT_TRUE(lineage.population().holds(1) && lineage.population().holds(2)) << "both are there while their proofs are under way";
  EXPECT_FALSE(lineage.enter(commit_of(3, std::nullopt), {1}));
  EXPECT_EQ(lineage.due(), 1u);
  return lineage;
}

TEST(Lineage, TheChildOfAParentThatIsNotProvedDoesNotSurvive) {
  Lineage lineage = three_generations();
  EXPECT_EQ(lineage.rule(false), Indices{2});
  EXPECT_FALSE(lineage.population().holds(1));
  EXPECT_FALSE(lineage.population().holds(2));
  ASSERT_TRUE(lineage.population().best());
  EXPECT_EQ(lineage.population().best()->index, 0u) << "the best is who stands";
  lineage.enter(commit_of(4, std::nullopt), {0});
  EXPECT_EQ(lineage.due(), 2u);
  lineage.rule(false);
  EXPECT_FALSE(lineage.population().holds(2));
}

TEST(Lineage, TheChildOfAProvedParentDoesSurvive) {
  Lineage lineage = three_generations();
  EXPECT_EQ(lineage.rule(true), Indices{});
  EXPECT_TRUE(lineage.population().holds(1));
  EXPECT_TRUE(lineage.population().holds(2));
  EXPECT_EQ(lineage.population().best()->index, 2u);
}

TEST(Lineage, ADescendantOfWhatFailedComesBackOnceItIsProvedItself) {
  Lineage lineage = three_generations();
  lineage.rule(false);
  EXPECT_TRUE(lineage.enter(commit_of(4, 0.7), {2})) << "under way when its grandparent failed: it waits for its own proof";
  EXPECT_FALSE(lineage.population().holds(4));
  EXPECT_EQ(lineage.due(), 2u);
  EXPECT_EQ(lineage.rule(true), Indices{});
  EXPECT_TRUE(lineage.population().holds(2));
  EXPECT_TRUE(lineage.population().holds(4)) << "its parent stands again";
  EXPECT_FALSE(lineage.population().holds(1));
}

TEST(Lineage, ALateChildOfWhatFailedStaysOutUnlessItIsProved) {
  for (bool proved : {false, true}) {
    Lineage lineage = three_generations();
    lineage.rule(false);
    lineage.enter(commit_of(4, std::nullopt), {0});
    lineage.rule(false);
    for (std::uint64_t i = 5; i < 9; ++i) lineage.enter(commit_of(i, std::nullopt), {0});
    EXPECT_TRUE(lineage.enter(commit_of(9, 0.5), {1})) << "asked for long ago";
    EXPECT_FALSE(lineage.population().holds(9));
    lineage.enter(commit_of(10, std::nullopt), {0});
    lineage.enter(commit_of(11, std::nullopt), {0});
    ASSERT_EQ(lineage.due(), 9u);
    lineage.rule(proved);
    EXPECT_EQ(lineage.population().holds(9), proved);
  }
}

TEST(Lineage, WhoIsNoEliteIsNotProvedAndIsNoneLater) {
  Lineage lineage({1, 1, 0}, proofs_with_lag(1));
  lineage.enter(commit_of(0, 1.0, true), {});
  EXPECT_TRUE(lineage.enter(commit_of(1, 0.5), {0}));
  EXPECT_FALSE(lineage.enter(commit_of(2, 0.6), {0})) << "worse than the only elite";
  ASSERT_EQ(lineage.due(), 1u);
  lineage.rule(false);
  EXPECT_FALSE(lineage.population().holds(2)) << "nobody has proved it";
  EXPECT_TRUE(lineage.population().holds(0)) << "it had been an elite";
}

TEST(Lineage, OnlyLeadersAreProvedWhereOnlyTheyAreSelected) {
  ProofSettings leaders = proofs_with_lag(1);
  leaders.leaders_only = true;
  Lineage lineage(kOneIsland, leaders);
  lineage.enter(commit_of(0, 1.0, true), {});
  EXPECT_TRUE(lineage.enter(commit_of(1, 0.5), {0}));
  EXPECT_FALSE(lineage.enter(commit_of(2, 0.6), {1}));
  EXPECT_TRUE(lineage.population().holds(2));
  EXPECT_EQ(lineage.rule(false), Indices{2}) << "it rests on what failed, and nobody proves it";
  EXPECT_FALSE(lineage.population().holds(2));
}

TEST(Lineage, BlockingRulesOnACandidateWithItsOwnCommit) {
  ProofSettings blocking = proofs_with_lag(16);
  blocking.speculate = false;
  Lineage lineage(kOneIsland, blocking);
  lineage.enter(commit_of(0, 1.0, true), {});
  for (bool proved : {false, true}) {
    const std::uint64_t index = proved ? 2 : 1;
    EXPECT_TRUE(lineage.enter(commit_of(index, 0.5), {0}));
    ASSERT_EQ(lineage.due(), index);
    EXPECT_EQ(lineage.rule(proved), Indices{});
    EXPECT_EQ(lineage.population().holds(index), proved);
  }
}

/// Keeps every candidate with a fitness that it was ever shown, as a strategy with an archive of its own may.
class Keeper final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<Keeper>(*this); }
  void observe(const Commit& commit) override {
    ++seen;
    if (commit.summary.fitness) kept.push_back(commit.summary.index);
  }
  Choice choose(const Population&, std::uint64_t, Random&) const override { return {}; }

  std::uint64_t seen = 0;
  Indices kept;
};

const Keeper& keeper(const Lineage& lineage) { return static_cast<const Keeper&>(lineage.strategy()); }

TEST(Lineage, AStrategysOwnArchiveHasWhoStandsAndNobodyElse) {
  Lineage lineage({1, 1000, 0}, proofs_with_lag(3), std::make_unique<Keeper>());
  lineage.enter(commit_of(0, 1.0, true), {});
  Random random(1, 1);
  for (std::uint64_t i = 1; i < 400; ++i) {
    const std::optional<double> fitness = random.chance(0.8) ? std::optional(1 / static_cast<double>(i + 1)) : std::nullopt;
    lineage.enter(commit_of(i, fitness), {random.below(i)});
    if (lineage.due()) lineage.rule(random.chance(0.5));
    Indices standing;
    for (std::uint64_t k = 0; k <= i; ++k)
      if (lineage.population().holds(k)) standing.push_back(k);
    ASSERT_EQ(keeper(lineage).kept, standing) << "after candidate " << i << ": the island keeps all, so it is the reference";
    ASSERT_EQ(keeper(lineage).seen, i + 1) << "each commit once, standing or not";
  }
}

TEST(Lineage, RefusesALogWhoseVerdictsDoNotFit) {
  for (auto [ruling, words] : {std::pair<std::optional<Ruling>, const char*>{std::nullopt, "holds no verdict on candidate 1"},
                               {Ruling{0, true}, "holds no verdict on candidate 1"}}) {
    Lineage lineage(kOneIsland, proofs_with_lag(1));
    expect_done(lineage.apply({commit_of(0, 1.0, true), {}, {}}));
    expect_done(lineage.apply({commit_of(1, 0.9), {0}, {}}));
    auto refused = lineage.apply({commit_of(2, 0.8), {1}, ruling});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find(words), std::string::npos) << refused.error().what;
  }
  Lineage lineage(kOneIsland, proofs_with_lag(1));
  auto refused = lineage.apply({commit_of(0, 1.0, true), {}, Ruling{7, false}});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("candidate 7 for which nobody waits"), std::string::npos) << refused.error().what;
}

// A law ---------------------------------------------------------------------------------------------------------------

struct Said {
  Step step;
  bool asked = false;
};

/// From the whole log, by the words of lineage.h: no base, no bookkeeping.
class FromScratch {
 public:
  FromScratch(const PopulationSettings& population, const ProofSettings& proofs, const std::vector<Said>& log) : population_(population) {
    std::map<std::uint64_t, bool> ruled;
    for (const Said& said : log)
      if (said.step.ruling) ruled[said.step.ruling->candidate] = said.step.ruling->proved;
    for (const Said& said : log) {
      const CandidateSummary& summary = said.step.commit.summary;
      bool stands = true;
      for (std::uint64_t parent : said.step.parents) stands &= stands_[parent];
      if (summary.fitness && !summary.is_seed && !said.asked && !proofs.leaders_only) stands = false;
      if (auto verdict = ruled.find(summary.index); verdict != ruled.end()) stands = verdict->second;
      stands_.push_back(stands);
      Commit commit = said.step.commit;
      if (!stands) commit.summary.fitness.reset();
      population_.apply(commit);
    }
  }
  const Population& population() const { return population_; }
  bool stands(std::uint64_t index) const { return stands_[index]; }

 private:
  Population population_;
  std::vector<bool> stands_;
};

std::string shown(const Population& population) {
  std::string text;
  for (std::uint32_t i = 0; i < population.islands(); ++i, text += "| ")
    for (const Elite& elite : population.island(i)) text += std::to_string(elite.index) + " ";
  for (const Elite& elite : population.seeds()) text += "s" + std::to_string(elite.index) + " ";
  text += "best " + (population.best() ? std::to_string(population.best()->index) : "none") + " failures";
  for (std::uint64_t index : population.failures()) text += " " + std::to_string(index);
  return text;
}

TEST(Lineage, IsThePopulationThatTheWholeLogGivesFromScratchForAnySequence) {
  std::uint64_t rollbacks = 0, leavings = 0, comebacks = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed, 0);
    const PopulationSettings population{static_cast<std::uint32_t>(random.between(1, 3)), static_cast<std::uint32_t>(random.between(1, 5)),
                                        static_cast<std::uint64_t>(random.between(0, 7))};
    ProofSettings proofs = proofs_with_lag(static_cast<std::uint64_t>(random.between(1, 9)));
    proofs.leaders_only = random.chance(0.3);
    proofs.speculate = random.chance(0.8);
    const std::uint64_t seeds = random.below(3) + 1;
    Lineage lineage(population, proofs), told(population, proofs);
    std::vector<Said> log;
    std::vector<Elite> once;  // whoever was an elite: parents of what is still under way
    for (std::uint64_t i = 0; i < 60; ++i) {
      const bool is_seed = i < seeds;
      const auto fitness = random.chance(0.8) ? std::optional(static_cast<double>(random.below(25))) : std::nullopt;
      Said said{{commit_of(i, fitness, is_seed), {}, {}}, false};
      said.step.commit.summary.size = random.below(4);
      if (!is_seed && !once.empty())
        for (std::uint64_t k = random.below(2); k < 2; ++k) said.step.parents.push_back(once[once.size() - 1 - random.below(std::min<std::uint64_t>(once.size(), 12))].index);
      said.asked = lineage.enter(said.step.commit, said.step.parents);
      if (auto due = lineage.due()) {
        const bool stood = log.empty() || *due == i || FromScratch(population, proofs, log).stands(*due);
        said.step.ruling = Ruling{*due, random.chance(0.5)};
        const auto leaving = lineage.rule(said.step.ruling->proved);
        rollbacks += !said.step.ruling->proved;
        leavings += leaving.size();
        comebacks += said.step.ruling->proved && !stood;
        for (std::uint64_t index : leaving) EXPECT_FALSE(lineage.population().holds(index));
      }
      log.push_back(said);
      expect_done(told.apply(said.step));
      const FromScratch scratch(population, proofs, log);
      ASSERT_EQ(shown(lineage.population()), shown(scratch.population())) << "seed " << seed << ", candidate " << i;
      ASSERT_EQ(shown(lineage.population()), shown(told.population())) << "seed " << seed << ", candidate " << i;
      ASSERT_EQ(lineage.under_way(), told.under_way());
      for (std::uint32_t k = 0; k < lineage.population().islands(); ++k)
        for (const Elite& elite : lineage.population().island(k)) {
          once.push_back(elite);
          ASSERT_TRUE(proofs.leaders_only || elite.index < seeds || log[elite.index].asked) << "an elite that nobody proves";
        }
    }
  }
  EXPECT_GT(rollbacks, 1000u);
  EXPECT_GT(leavings, 300u);
  EXPECT_GT(comebacks, 100u);
}

// The prover ----------------------------------------------------------------------------------------------------------

TEST(Prover, ProvesWhatIsAskedForAndAnswersInAnyOrder) {
  Prover prover(2, [](std::uint64_t candidate, const Source& source) -> Result<LoopProof> {
    return LoopProof{candidate % 2 ? "proved" : "unknown", static_cast<double>(candidate), source.text};
  });
  for (std::uint64_t i = 0; i < 20; ++i) prover.ask(i, Source{"text " + std::to_string(i)});
  for (std::uint64_t i = 20; i-- > 0;) {
    auto done = expect_value(prover.wait(i, {}));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->proof.verdict, i % 2 ? "proved" : "unknown");
    EXPECT_EQ(done->proof.why, "text " + std::to_string(i));
    EXPECT_GE(done->since, done->took);
  }
}

TEST(Prover, AProofThatErrsIsAnErrorOfTheHarnessThatNamesTheCandidate) {
  Prover prover(1, [](std::uint64_t candidate, const Source&) -> Result<LoopProof> {
    if (candidate == 4) return fail("no jail");
    return LoopProof{"proved", 1, ""};
  });
  prover.ask(4, {});
  prover.ask(5, {});
  auto broken = prover.wait(4, {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().what, "proof of candidate 4: no jail");
  EXPECT_TRUE(expect_value(prover.wait(5, {}))) << "the others are proved";
}

TEST(Prover, AStopEndsTheWaitAndNotTheProof) {
  std::latch begun(1), release(1);
  std::atomic<int> ended = 0;
  {
    Prover prover(1, [&](std::uint64_t, const Source&) -> Result<LoopProof> {
      begun.count_down();
      release.wait();
      ++ended;
      return LoopProof{"proved", 1, ""};
    });
    prover.ask(1, {});
    prover.ask(2, {});  // is never begun
    begun.wait();
    std::stop_source source;
    source.request_stop();
    EXPECT_FALSE(expect_value(prover.wait(1, source.get_token())));
    release.count_down();
    EXPECT_TRUE(expect_value(prover.wait(1, {})));
  }
  EXPECT_LE(ended, 2);
}

TEST(Proofs, WhatIsUnknownIsRolledBackAndAProvedOneIsNot) {
  TemporaryFolder folder;
  auto archive = expect_value(Archive::create(folder.path()));
  for (const char* verdict : {"proved", "refuted", "unknown"}) expect_done(append_proof(*archive, 3, {verdict, 0.5, ""}, {4, 6}));
  std::vector<std::string> kinds;
  expect_done(archive->for_each("", [&](const Event& event) -> Result<void> { kinds.push_back(event.kind); return {}; }));
  EXPECT_EQ(kinds, (std::vector<std::string>{"proof", "proof", "rollback", "proof", "rollback"}));
}

TEST(Proofs, SettingsSayWhatIsWrongWithThem) {
  for (auto [settings, words] : {std::pair<Json, const char*>{{{"lag", 0}}, "\"lag\" must lie between 1 and 4096"},
                                 {{{"select", "all"}}, "\"select\" is \"elites\" or \"leaders\""},
                                 {{{"speculate", 1}}, "speculate"},
                                 {{{"solver_ms", -1}}, "\"solver_ms\" must lie"},
                                 {{{"log", 3}}, "unknown setting \"log\""},
                                 {true, "not a JSON object"}}) {
    auto read = read_search({{"proofs", settings}}, "task.json: search");
    ASSERT_FALSE(read) << settings;
    EXPECT_TRUE(read.error().what.starts_with("task.json: search: proofs")) << read.error().what;
    EXPECT_NE(read.error().what.find(words), std::string::npos) << read.error().what;
  }
  const Json given{{"lag", 5}, {"select", "leaders"}, {"speculate", false}, {"solver_ms", 0}};
  EXPECT_EQ(to_json(expect_value(read_search({{"proofs", given}}, "search")))["proofs"], given);
  EXPECT_EQ(expect_value(read_search({{"proofs", Json::object()}}, "search")).proofs->lag, 16u);
  EXPECT_FALSE(to_json(SearchSettings{}).contains("proofs"));
}

// Campaigns -----------------------------------------------------------------------------------------------------------

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
