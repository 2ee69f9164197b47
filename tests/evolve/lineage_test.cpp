// Who stands in the population while proofs are under way: single cases, and the law that all of them follow from.

#include "evolve/lineage.h"

#include <map>

#include "evolve/random.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

using Indices = std::vector<std::uint64_t>;

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

}  // namespace
}  // namespace assay::evolve
