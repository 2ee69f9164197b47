// What users of other search loops report in their trackers, each as a test of this one (docs/peers.md has the table).

#include <chrono>
#include <set>
#include <thread>

#include "evolve/edit.h"
#include "evolve/providers/make.h"
#include "evolve/search.h"
#include "tests/evolve/campaign_fixture.h"
#include "tests/evolve/failpoints.h"
#include "tests/evolve/local_server.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

/// Without the usual rest: one queue, from which whoever is at the head leaves.
std::string policy(const std::string& on_insert, const std::string& on_head = "return kEvict;") {
  return queue_policy(on_insert, "return object.queue;", "return 0;", on_head);
}

const std::string kEndless = policy(
    "for (i64 i = 0; i < 1000000000; i += 1) { for (i64 j = 0; j < 1000000000; j += 1) { memory.a = (memory.a * 3 + j) % 1000; } } return memory.a > 500 ? 1 : 0;");
const std::string kFabricates = policy("return object.queue + 17;");
const std::string kAdmitsNothing = policy("return kReject;");

class Peers : public CampaignTest {
 protected:
  /// Of a campaign in which they come after the only baseline.
  std::vector<CandidateRecord> candidates_of(const std::vector<std::string>& texts) {
    task_ = make_task(folder_.path(), {"fifo"});
    auto chosen = with_texts("out", 1, texts);
    chosen.threads = 1;
    expect_success(run(chosen));
    return expect_value(archive("out")->candidates());
  }
  /// A model that is asked by one thread, so that its calls are counted as they are told in the log.
  CampaignOptions with_script(const std::string& name, std::uint64_t candidates) {
    return with_command(name, candidates, write_model_script(folder_.path()), 1);
  }
  std::size_t calls() const { return lines_in(folder_.path() / "calls"); }
};

CandidateSummary summary(std::uint64_t index, std::uint32_t island, std::optional<double> fitness, OutcomeKind outcome = OutcomeKind::ok) {
  CandidateSummary summary;
  summary.index = index;
  summary.island = island;
  summary.fitness = fitness;
  summary.outcome = outcome;
  summary.size = 10;
  return summary;
}

TEST_F(Peers, OpenEvolve79_ALimitKillsACommandAndAllThatItStarted) {
  const fs::path pids = folder_.path() / "pids";
  auto provider = expect_value(make_exec({{"command", "sleep 1000 & echo $! >> " + pids.string() + "; echo $$ >> " + pids.string() + "; trap '' TERM INT HUP; sleep 1000"},
                                          {"deadline_seconds", 1}}));
  const auto start = std::chrono::steady_clock::now();
  auto completion = expect_value(provider->complete({}));
  EXPECT_EQ(completion.outcome.kind, OutcomeKind::no_completion);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60)) << "1,000 s were asked for, 1 s is the limit";
  std::ifstream in(pids);
  int told = 0;
  for (pid_t pid = 0; in >> pid; ++told) {
    auto alive = [&] {  // a zombie that its new parent has not reaped yet is dead
      const std::string state = content_of("/proc/" + std::to_string(pid) + "/stat");
      const auto at = state.rfind(") ");
      return at != state.npos && state[at + 2] != 'Z';
    };
    for (int i = 0; i < 1000 && alive(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_FALSE(alive()) << pid;
  }
  EXPECT_EQ(told, 2);
}

TEST_F(Peers, OpenEvolve297_AnEndlessPolicyEndsAtItsLimitAndTheNextOneIsRun) {
  auto records = candidates_of({kEndless, policy("return 0;", "return object.queue == 0 ? kEvict : kForget;")});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_TRUE(records[1].outcome.kind == OutcomeKind::timeout || records[1].outcome.kind == OutcomeKind::refused) << records[1].outcome.detail;
  EXPECT_NE(records[2].outcome.kind, OutcomeKind::timeout);
}

TEST_F(Peers, OpenEvolvePr446_WhatTimedOutOrFailedHasNoScoreAtAll) {
  auto records = candidates_of({kEndless, kFabricates, "this is no C++"});
  ASSERT_EQ(records.size(), 4u);
  EXPECT_TRUE(records[0].fitness.has_value());
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_NE(records[i].outcome.kind, OutcomeKind::ok) << i;
    EXPECT_FALSE(records[i].fitness.has_value()) << i;
    EXPECT_FALSE(records[i].selection().has_value()) << i;
  }
  EXPECT_EQ(result_of("out")["candidate"], 0);
}

TEST_F(Peers, OpenEvolve88_Shinka98_AResumeGoesOnAtTheNextCandidateAndEndsAtTheBudget) {
  task_ = make_task(folder_.path(), {"fifo"});
  expect_success(run(with_script("part", 7)));
  EXPECT_EQ(calls(), 6u);
  expect_success(resume("part", 12));
  EXPECT_EQ(calls(), 11u) << "nothing is asked for twice";
  expect_success(run(with_script("whole", 12)));
  expect_same_candidates("part", "whole", 12);
}

TEST_F(Peers, OpenEvolve222_IslandsHaveTheirOwnAndMixByMigrationAlone) {
  for (std::uint64_t migration_every : {0, 20}) {
    Population population({.islands = 3, .elites = 8, .migration_every = migration_every});
    population.apply({[] { auto seed = summary(0, 0, 0.9); seed.is_seed = true; return seed; }(), nullptr});
    for (std::uint64_t i = 1; i < 200; ++i) population.apply({summary(i, static_cast<std::uint32_t>(i % 3), 0.5 + 1.0 / static_cast<double>(3 + i * 7 % 101)), nullptr});
    std::set<std::uint64_t> foreign;
    for (std::uint32_t island = 0; island < 3; ++island)
      for (const Elite& elite : population.island(island))
        if (elite.index != 0 && elite.index % 3 != island) foreign.insert(elite.index);
    EXPECT_EQ(foreign.empty(), migration_every == 0) << migration_every;
    auto elites = [&](std::uint32_t island) {
      std::set<std::uint64_t> all;
      for (const Elite& elite : population.island(island)) all.insert(elite.index);
      return all;
    };
    EXPECT_NE(elites(0), elites(1));
    EXPECT_NE(elites(1), elites(2));
  }
}

TEST_F(Peers, OpenEvolve289_EachIslandBreedsFromItsOwnElitesAndTakesItsTurn) {
  Population population({.islands = 3, .elites = 8, .migration_every = 0});
  for (std::uint64_t i = 0; i < 60; ++i) population.apply({summary(i, static_cast<std::uint32_t>(i % 3), 0.5 + 1.0 / static_cast<double>(3 + i)), nullptr});
  const StrategySettings usual;
  auto strategy = expect_value(make_strategy("islands", {usual, {}}));
  std::map<std::uint32_t, int> turns;
  for (std::uint64_t i = 60; i < 360; ++i) {
    Random random(1, i);
    auto choice = strategy->choose(population, i, random);
    ++turns[choice.island];
    ASSERT_FALSE(choice.parents.empty());
    EXPECT_EQ(choice.parents[0].index % 3, choice.island);
  }
  EXPECT_EQ(turns, (std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

TEST_F(Peers, OpenEvolve241_Shinka183_AnEditThatChangesNothingIsAFailureWithItsReason) {
  const std::string parent = "i64 f() {\n  return 1;\n}\n";
  for (const char* answer : {"<<<<<<< SEARCH\n  return 2;\n=======\n  return 3;\n>>>>>>> REPLACE\n",    // not there
                             "<<<<<<< SEARCH\n  return 1;\n=======\n  return 1;\n>>>>>>> REPLACE\n",    // the same
                             "<<<<<<< SEARCH\n  return 1;\n=======\n>>>>>> REPLACE\n"}) {                // not closed
    Completion completion;
    Proposal proposal;
    proposal.base = parent;
    take_answer(completion, proposal, answer);
    EXPECT_EQ(completion.outcome.kind, OutcomeKind::edit_failed) << answer;
    EXPECT_FALSE(completion.outcome.detail.empty());
    EXPECT_NE(completion.text, parent) << "the parent is never handed on as if it were the child";
  }
}

TEST_F(Peers, OpenEvolve439_ACopyIsKnownBeforeItIsCompiledOrRun) {
  const std::string same = policy("return 0;", "return object.queue == 0 ? kEvict : kForget;");
  auto records = candidates_of({same, "// in other words\n" + same});
  ASSERT_EQ(records.size(), 3u);
  // Under way together with the first, it may be found at its commit only: then it is one all the same, and holds no score.
  EXPECT_EQ(records[2].outcome.kind, OutcomeKind::duplicate) << records[2].outcome.detail;
  EXPECT_FALSE(records[2].fitness.has_value());
  auto task = expect_value(tasks::load_task(task_));
  auto problem = expect_value(Problem::of(task));
  auto slots = expect_value(Slots::start(1, {}));
  auto slot = slots->take();
  Known asts;
  asts.add(records[1].ast, 1);
  Background background;
  background.asts = &asts;
  background.visible = 2;
  auto examined = expect_value(examine(*slot, problem, expect_value(problem.load_train()), Source{same}, background));
  EXPECT_EQ(examined.outcome.kind, OutcomeKind::duplicate);
  EXPECT_FALSE(examined.stage_ns.contains("compile") || examined.stage_ns.contains("run"));
}

TEST_F(Peers, OpenEvolve192_AFailureIsShownToTheModelAndAskedForAgain) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 1}});
  const std::string here = folder_.path().string();
  std::ofstream(folder_.path() / "first.md") << "```cpp\n" << policy("return nowhere;") << "```\n";
  std::ofstream(folder_.path() / "mended.md") << "```cpp\n" << policy("return 0;", "return object.queue == 0 ? kEvict : kForget;") << "```\n";
  std::ofstream(folder_.path() / "model.sh") << "cat > " << here << "/prompt.$$\nif grep -q nowhere " << here << "/prompt.$$; then cat " << here << "/mended.md; else cat " << here << "/first.md; fi\n";
  expect_success(run(with_command("out", 2, script("model.sh"), 1)));
  auto record = expect_value(archive("out")->candidates()).at(1);
  EXPECT_EQ(record.repairs, std::vector<std::string>{"refused"});
  EXPECT_FALSE(teaches(record.outcome.kind)) << record.outcome.detail;
}

TEST_F(Peers, OpenEvolve100_BestOfNIsAStrategyOfItsOwnThatLearnsNothingFromItsChildren) {
  task_ = make_task(folder_.path(), {"fifo", "lru"}, {{"strategy", "best_of_n"}});
  expect_success(run(options("out", 24, 1)));
  std::size_t children = 0;
  for (const auto& record : expect_value(archive("out")->candidates()))
    for (std::uint64_t parent : record.parents) {
      EXPECT_LT(parent, 2u) << "candidate " << record.index;
      ++children;
    }
  EXPECT_GE(children, 22u);
  EXPECT_EQ(result_of("out")["proposals"]["mutate"]["all"], 22) << "its N is in the result";
}

TEST_F(Peers, OpenEvolvePr377_WhatIsScoredIsWhatTheCandidateDecided) {
  auto records = candidates_of({kAdmitsNothing, policy("return 0;", "return object.hits > 0 ? 0 : kEvict;")});
  ASSERT_EQ(records.size(), 3u);
  ASSERT_EQ(records[1].outcome.kind == OutcomeKind::ok || records[1].outcome.kind == OutcomeKind::abandoned, true) << records[1].outcome.detail;
  ASSERT_FALSE(records[1].train.empty());
  EXPECT_EQ(records[1].train[0].objective, 1.0) << "a cache that admits nothing misses always";
  EXPECT_LT(records[0].train[0].objective, 1.0);
}

TEST_F(Peers, Shinka143_AStalledEndpointCostsItsStallLimitAndNotTheCampaign) {
  LocalServer server({""});
  auto provider = expect_value(make_openai({{"endpoint", server.url()}, {"model", "m"}, {"api_key_env", ""}, {"deadline_seconds", 60}, {"stall_seconds", 0.5}, {"retries", 0}}));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(expect_value(provider->complete({})).outcome.kind, OutcomeKind::no_completion);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(40));
}

TEST_F(Peers, SkyDiscover59_AFabricatedPlacementIsAViolationAndHasNoScore) {
  // A queue that is none; and what stays where it is asked to leave, so that it is counted twice.
  auto records = candidates_of({kFabricates, policy("return 0;", "return object.queue + 99;")});
  ASSERT_EQ(records.size(), 3u);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(records[i].outcome.kind, OutcomeKind::protocol_violation) << records[i].outcome.detail;
    EXPECT_FALSE(records[i].fitness.has_value());
  }
}

TEST_F(Peers, SkyDiscover62_NothingThatFailedIsInThePopulation) {
  Population population({.islands = 2, .elites = 4, .migration_every = 10});
  std::uint64_t index = 0;
  for (int round = 0; round < 20; ++round)
    for (auto kind : {OutcomeKind::ok, OutcomeKind::timeout, OutcomeKind::refused, OutcomeKind::protocol_violation, OutcomeKind::duplicate, OutcomeKind::abandoned, OutcomeKind::no_completion}) {
      const bool ok = kind == OutcomeKind::ok;
      population.apply({summary(index, static_cast<std::uint32_t>(index % 2), ok ? std::optional(0.9 - static_cast<double>(index) / 1000) : std::nullopt, kind), nullptr});
      ++index;
    }
  for (std::uint32_t island = 0; island < 2; ++island) {
    EXPECT_EQ(population.island(island).size(), 4u);
    for (const Elite& elite : population.island(island)) EXPECT_EQ(elite.index % 7, 0u) << "one in seven is ok";
  }
}

TEST_F(Peers, Gepa375_ABudgetOfNCallsIsNCallsAndMoneyStopsBeforeItIsOverspent) {
  task_ = make_task(folder_.path(), {"fifo"});
  expect_success(run(with_script("out", 5)));
  EXPECT_EQ(expect_value(archive("out")->candidate_count()), 5u);
  EXPECT_EQ(calls(), 4u) << "one of the five is the baseline";
  auto chosen = with_script("money", 5);
  chosen.budget = {};
  chosen.budget.usd = 0.75;
  fs::remove(folder_.path() / "calls");
  expect_success(run(chosen));
  EXPECT_EQ(calls(), 3u) << "0.75 pays for three";
  EXPECT_EQ(recorded_usd(*archive("money")), 0.75);
}

TEST_F(Peers, Gepa448_WhatWasPaidForBeforeAKillIsUsedAndNotBoughtAgain) {
  task_ = make_task(folder_.path(), {"fifo"});
  const auto chosen = with_script("out", 6);
  const Ending ending = in_process([&]() -> Result<CampaignSummary> {
    on_failpoint() = [seen = std::make_shared<std::atomic<int>>(0)](const char* name) {
      if (std::string_view(name) == "pending.kept" && ++*seen == 3) ::kill(::getpid(), SIGKILL);
    };
    return begin_or_resume(task_, chosen);
  });
  ASSERT_TRUE(ending.killed()) << ending.error;
  EXPECT_EQ(calls(), 3u);
  expect_success(resume("out"));
  EXPECT_EQ(calls(), 5u);
  EXPECT_EQ(recorded_usd(*archive("out")), 1.25);
}

TEST_F(Peers, EoH17_WithoutAnythingToStartFromThatIsAnErrorAndNoCrash) {
  task_ = make_task(folder_.path(), {"fifo"});
  std::ofstream(task_ / "baselines/fifo.cpp") << kFabricates;
  Ending ending = run(options("out", 10, 1));
  EXPECT_TRUE(ending.failed()) << "by an error, and no signal: " << ending.status;
  EXPECT_NE(ending.error.find("nothing to start from"), std::string::npos) << ending.error;
  fs::remove(task_ / "baselines/fifo.cpp");
  ending = run(options("none", 10, 1));
  EXPECT_TRUE(ending.failed()) << ending.status;
  EXPECT_FALSE(ending.error.empty());
}

TEST_F(Peers, Llm4ad_AFailureIsNeverTheOptimumInEitherDirection) {
  for (double sign : {1.0, -1.0}) {  // losses of a maximised objective are below 0
    Population population({.islands = 1, .elites = 4, .migration_every = 0});
    for (std::uint64_t i = 0; i < 10; ++i) population.apply({summary(i, 0, i == 3 ? std::optional(sign * 0.4) : std::nullopt, i == 3 ? OutcomeKind::ok : OutcomeKind::timeout), nullptr});
    ASSERT_TRUE(population.best().has_value());
    EXPECT_EQ(population.best()->index, 3u);
    EXPECT_EQ(population.island(0).size(), 1u);
  }
}

}  // namespace
}  // namespace assay::evolve
