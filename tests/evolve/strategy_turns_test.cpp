// Strategies that go by turns: a climb after the other, a round after the other, one strategy or another.

#include <functional>
#include <map>
#include <set>

#include "evolve/strategies/policysmith.h"
#include "tests/evolve/made_up_campaign.h"

namespace assay::evolve {
namespace {

// hill_climb ----------------------------------------------------------------------------------------------------------

class HillClimb : public testing::Test {
 protected:
  HillClimb() : strategy_(made("hill_climb", {.lambda = 4, .stagnation = 10})) {
    show(scored(0, {0.6}));
    show(scored(1, {0.5}));  // the best baseline
    show(scored(2, {0.7}));
  }
  void show(const Commit& commit) {
    population_.apply(commit);
    strategy_->observe(commit);
    ++next_;
  }
  void child(std::uint64_t parent, double loss) { show(scored(next_, {loss}, parent)); }
  std::uint64_t head() const {
    Random random(1, 1);
    return strategy_->choose(population_, next_, random).parents.at(0).index;
  }
  std::unique_ptr<Strategy> strategy_;
  Population population_{{}};
  std::uint64_t next_ = 0;
};

TEST_F(HillClimb, GoesToTheBestChildOfAGenerationAndNotBeforeItsEnd) {
  EXPECT_EQ(head(), 1u);
  child(1, 0.4);
  child(1, 0.3);
  show(failed(5, 1));
  EXPECT_EQ(head(), 1u);
  child(1, 0.35);
  EXPECT_EQ(head(), 4u);
  child(1, 0.1);  // of the generation before, late: it was at the head once, so its child counts
  for (int i = 0; i < 3; ++i) child(4, 0.9);
  EXPECT_EQ(head(), 7u);
}

TEST_F(HillClimb, StaysWhereNoChildIsBetter) {
  for (int i = 0; i < 8; ++i) child(1, 0.5);  // as good, as long, and younger
  EXPECT_EQ(head(), 1u);
}

TEST_F(HillClimb, StartsAgainFromTheNextBaselineAndForgetsTheClimbBefore) {
  for (int i = 0; i < 10; ++i) show(failed(next_, 1));
  EXPECT_EQ(head(), 0u) << "the second best baseline";
  for (int i = 0; i < 4; ++i) child(1, 0.01);
  EXPECT_EQ(head(), 0u) << "children of the climb that was left";
  for (int i = 0; i < 10; ++i) child(0, 0.65);
  EXPECT_EQ(head(), 2u);
  for (int i = 0; i < 10; ++i) child(2, 0.75);
  EXPECT_EQ(head(), 1u) << "in turns";
}

TEST_F(HillClimb, GivesUpWhatCannotBeatItsHead) {
  Random random(1, 1);
  const Bounds bounds = strategy_->bounds(population_, strategy_->choose(population_, next_, random));
  EXPECT_EQ(bounds.bar, std::vector<double>{0.5});
  EXPECT_GT(*bounds.entry, 0.5);
  EXPECT_LT(*bounds.entry, 0.5 + 1e-12);
}

// policysmith ---------------------------------------------------------------------------------------------------------

TEST(PolicySmith, AsksAWholeRoundWithTheBestTwoOfAllRoundsBefore) {
  MadeUp campaign("policysmith", 7);
  for (int round = 0; round < 6; ++round) {
    std::vector<std::pair<double, std::uint64_t>> list;  // of candidates; of baselines only where there are none yet
    for (const Commit& commit : campaign.log)
      if (commit.summary.fitness && commit.summary.is_seed == (round == 0)) list.emplace_back(*commit.summary.fitness, commit.summary.index);
    std::ranges::sort(list);
    for (std::uint64_t i = 0; i < kPolicySmithRound; ++i) {
      ASSERT_EQ(parents_of(campaign.next()), (std::vector{list[0].second, list[1].second})) << round << " " << i;
      campaign.step();
    }
  }
}

TEST(PolicySmith, EndsARoundBeforeTheNextAndRepairsTwice) {
  const auto settings = expect_value(read_search({{"strategy", "policysmith"}, {"window", 4}}, "search"));
  EXPECT_EQ(settings.repair, 2u);
  EXPECT_EQ(visible_to(2, settings, 3), 0u);
  EXPECT_EQ(visible_to(3, settings, 3), 3u);
  EXPECT_EQ(visible_to(27, settings, 3), 3u);
  EXPECT_EQ(visible_to(28, settings, 3), 28u);
  EXPECT_EQ(end_of_round(0, settings, 3), 3u);
  EXPECT_EQ(end_of_round(3, settings, 3), 28u);
  EXPECT_EQ(end_of_round(27, settings, 3), 28u);
  EXPECT_EQ(end_of_round(28, settings, 3), 53u);
  for (std::uint64_t repair : {0u, 1u, 2u}) {  // what a campaign wrote down is what a resume reads
    auto own = expect_value(read_search({{"strategy", "policysmith"}, {"repair", repair}}, "search"));
    EXPECT_EQ(expect_value(read_search(to_json(own), "search")).repair, repair);
  }
  EXPECT_EQ(expect_value(read_search({{"repair", 2}}, "search")).repair, 2u);
  EXPECT_EQ(expect_value(read_search(Json::object(), "search")).repair, 0u);
}

// chooser -------------------------------------------------------------------------------------------------------------

/// How often each strategy is chosen after its children had these losses, in turns, next to the others' failures.
std::map<std::string, int> shares(const std::function<Commit(const Choice&, std::uint64_t)>& come) {
  const StrategySettings settings{.strategies = {"islands", "pareto", "hill_climb"}};
  auto strategy = made("chooser", settings);
  Population population({});
  auto show = [&](const Commit& commit) { population.apply(commit), strategy->observe(commit); };
  for (std::uint64_t i = 0; i < kSeeds; ++i) show(scored(i, {1.0 + static_cast<double>(i)}));
  for (std::uint64_t i = kSeeds; i < 120; ++i) {
    Choice choice{0, {}, false, settings.strategies[i % 3]};
    Commit commit = come(choice, i);
    commit.traits.strategy = choice.strategy;
    show(commit);
  }
  std::map<std::string, int> chosen;
  for (std::uint64_t stream = 0; stream < 3000; ++stream) {
    Random random(2, stream);
    ++chosen[strategy->choose(population, 120, random).strategy];
  }
  return chosen;
}

TEST(Chooser, GivesMoreToWhoeversChildrenGainMore) {
  auto chosen = shares([](const Choice& choice, std::uint64_t i) {
    return choice.strategy == "pareto" ? scored(i, {1.0 / static_cast<double>(i)}, 0) : scored(i, {5.0}, 0);
  });
  EXPECT_GT(chosen["pareto"], 2000);
  EXPECT_GT(chosen["islands"], 250) << "nobody is given up for good";
  EXPECT_GT(chosen["hill_climb"], 250);
}

TEST(Chooser, TakesAFailureForNoGain) {
  auto chosen = shares([](const Choice& choice, std::uint64_t i) { return choice.strategy == "islands" ? failed(i, 0) : scored(i, {1.0 / static_cast<double>(i)}, 0); });
  EXPECT_LT(chosen["islands"], 600);
}

TEST(Chooser, ChoosesEvenlyWhereNobodyGains) {
  auto chosen = shares([](const Choice&, std::uint64_t i) { return failed(i, 0); });
  for (const auto& [name, times] : chosen) EXPECT_NEAR(times, 1000, 120) << name;
  EXPECT_EQ(chosen.size(), 3u);
}

TEST(Chooser, LeavesItsArmsWhatTheyWouldDoAlone) {
  MadeUp campaign("chooser", 6);
  std::set<std::string> chose;
  for (int i = 0; i < 200; ++i) {
    const Choice choice = campaign.next();
    chose.insert(choice.strategy);
    auto alone = made(choice.strategy);
    for (std::uint64_t k = 0; k < campaign.viewed; ++k) alone->observe(campaign.log[k]);
    const Bounds a = campaign.strategy->bounds(campaign.population, choice), b = alone->bounds(campaign.population, choice);
    ASSERT_EQ(std::tuple(a.bar, a.entry, a.best), std::tuple(b.bar, b.entry, b.best)) << choice.strategy;
    campaign.step();
  }
  EXPECT_EQ(chose, (std::set<std::string>{"hill_climb", "islands", "map_elites", "pareto"}));
}

}  // namespace
}  // namespace assay::evolve
