// Laws that hold for every strategy of the table, on made-up campaigns, and what is particular to each.

#include "evolve/strategy.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "evolve/settings.h"
#include "evolve/strategies/front.h"
#include "evolve/strategies/policysmith.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {
namespace {

constexpr evaluators::Descriptor kDescriptors[] = {{"a", 0, 1, false}, {"b", 0.125, 8, true}};
constexpr std::uint64_t kSeeds = 3;

std::unique_ptr<Strategy> made(std::string_view name, const StrategySettings& settings = {}) {
  return expect_value(make_strategy(name, {settings, kDescriptors}));
}

Commit scored(std::uint64_t index, std::vector<double> losses, std::optional<std::uint64_t> parent = {}) {
  Commit commit;
  commit.summary.index = index;
  commit.summary.is_seed = index < kSeeds;
  commit.summary.size = 10;
  double sum = 0;
  for (double loss : losses) sum += loss;
  commit.summary.fitness = sum / static_cast<double>(losses.size());
  commit.traits = {parent, "", std::move(losses), {}, {0.5, 1}};
  return commit;
}

/// It failed, and whoever takes what it left for a result has the best candidate of all.
Commit failed(std::uint64_t index, std::optional<std::uint64_t> parent = {}) {
  Commit commit = scored(index, {0, 0, 0}, parent);
  commit.summary.fitness.reset();
  commit.summary.outcome = OutcomeKind::timeout;
  return commit;
}

/// A child of the choice: one in five fails, losses are near its parent's and coarse, so that ties are many.
Commit child_of(const Choice& choice, const std::vector<Commit>& log, Random random) {
  const std::uint64_t parent = choice.parents[0].index;
  std::vector<double> losses = log[parent].traits.losses;
  for (double& loss : losses) loss = std::round(std::clamp(loss + (random.unit() - 0.55) / 8, 0.0, 1.0) * 64) / 64;
  const bool fails = random.chance(0.2);
  Commit commit = fails ? failed(log.size(), parent) : scored(log.size(), losses, parent);
  commit.summary.island = choice.island;
  commit.summary.size = 5 + random.below(20);
  commit.traits.strategy = choice.strategy;
  commit.traits.objectives = {std::round(random.unit() * 16) / 16};
  commit.traits.descriptors = {std::round(random.unit() * 40) / 32 - 0.1, std::exp2(std::round(random.unit() * 40) / 4 - 4.9)};
  return commit;
}

std::vector<std::uint64_t> parents_of(const Choice& choice) {
  std::vector<std::uint64_t> parents;
  for (const Elite& parent : choice.parents) parents.push_back(parent.index);
  return parents;
}

/// A campaign without candidates: what happens in Search::propose and Search::write, in one thread.
struct MadeUp {
  SearchSettings settings;
  std::uint64_t seed = 1;
  std::unique_ptr<Strategy> strategy;
  Population population;
  std::vector<Commit> log;
  std::uint64_t viewed = 0;

  explicit MadeUp(std::string_view name, std::uint64_t with_seed = 1, Json search = Json::object())
      : settings(read(name, search)), seed(with_seed), strategy(made(name, settings.strategies)), population(settings.population) {
    for (std::uint64_t i = 0; i < kSeeds; ++i) {
      log.push_back(scored(i, {0.5 + static_cast<double>(i) / 16, 0.75, 0.75 - static_cast<double>(i) / 32}));
      log.back().traits.objectives = {0.5};
    }
  }
  static SearchSettings read(std::string_view name, Json search) {
    search["strategy"] = name;
    return expect_value(read_search(search, "search"));
  }
  Choice next() {
    for (; viewed < visible_to(log.size(), settings, kSeeds); ++viewed) {
      population.apply(log[viewed]);
      strategy->observe(log[viewed]);
    }
    Random random(seed, log.size());
    return strategy->choose(population, log.size(), random);
  }
  void step() {
    const Choice choice = next();
    log.push_back(child_of(choice, log, Random(seed + 1000, log.size())));
  }
};

class EveryStrategy : public testing::TestWithParam<std::string> {};

TEST_P(EveryStrategy, ChoosesParentsThatItWasShownAndThatDidNotFail) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    MadeUp campaign(GetParam(), seed);
    for (int i = 0; i < 400; ++i) {
      const Choice choice = campaign.next();
      ASSERT_FALSE(choice.parents.empty());
      ASSERT_LT(choice.island, campaign.population.islands());
      for (const Elite& parent : choice.parents) {
        ASSERT_LT(parent.index, campaign.viewed);
        const Commit& commit = campaign.log[parent.index];
        ASSERT_TRUE(commit.summary.fitness) << "candidate " << parent.index << " failed";
        ASSERT_EQ(parent.fitness, *commit.summary.fitness);
        ASSERT_EQ(parent.size, commit.summary.size);
      }
      ASSERT_TRUE(choice.parents.size() == 1 || choice.parents[0].index != choice.parents[1].index);
      campaign.step();
    }
  }
}

TEST_P(EveryStrategy, IsTheSameOnceItWasShownTheLogAgain) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    MadeUp grown(GetParam(), seed);
    for (int i = 0; i < 300; ++i) {
      grown.step();
      if (i % 23 != 0) continue;
      MadeUp restored(GetParam(), seed);
      restored.log = grown.log;
      for (std::uint64_t stream = 0; stream < 20; ++stream) {
        (void)grown.next();
        (void)restored.next();
        Random one(seed, stream), other(seed, stream);
        const Choice a = grown.strategy->choose(grown.population, grown.log.size(), one);
        const Choice b = restored.strategy->choose(restored.population, grown.log.size(), other);
        ASSERT_EQ(parents_of(a), parents_of(b));
        ASSERT_EQ(std::tuple(a.island, a.tune, a.strategy), std::tuple(b.island, b.tune, b.strategy));
        const Bounds x = grown.strategy->bounds(grown.population, a), y = restored.strategy->bounds(restored.population, b);
        ASSERT_EQ(std::tuple(x.entry, x.best), std::tuple(y.entry, y.best));
      }
    }
  }
}

TEST_P(EveryStrategy, HasNobodyToChooseWhereNothingHasAFitness) {
  auto strategy = made(GetParam());
  Population population({});
  for (std::uint64_t i = 0; i < 40; ++i) {
    Random random(1, i);
    EXPECT_TRUE(strategy->choose(population, i, random).parents.empty());
    const Commit commit = failed(i, i < kSeeds ? std::nullopt : std::optional<std::uint64_t>(0));
    population.apply(commit);
    strategy->observe(commit);
  }
}

TEST_P(EveryStrategy, LivesOnABaselineAlone) {
  auto strategy = made(GetParam());
  Population population({});
  const Commit seed = scored(0, {0.5, 0.5});
  population.apply(seed);
  strategy->observe(seed);
  for (std::uint64_t i = 1; i < 200; ++i) {
    Random random(1, i);
    const Choice choice = strategy->choose(population, i, random);
    ASSERT_EQ(parents_of(choice), std::vector<std::uint64_t>{0});
    Commit commit = failed(i, 0);  // nothing ever comes of it
    commit.summary.is_seed = false;
    commit.traits.strategy = choice.strategy;
    population.apply(commit);
    strategy->observe(commit);
  }
}

/// What search goes by must not depend on chance where there is none: of two that are equal in everything the older one stays.
TEST_P(EveryStrategy, KeepsTheOlderOfTwoThatAreEqualInEverything) {
  if (GetParam() == "best_of_n") GTEST_SKIP() << "baselines are never replaced";
  auto strategy = made(GetParam());
  Population population({});
  std::set<std::uint64_t> chosen;
  for (std::uint64_t i = 0; i < 60; ++i) {
    Commit commit = i == 0 ? scored(0, {0.5, 0.5}) : scored(i, {0.25, 0.25}, 0);
    commit.summary.is_seed = i == 0;
    commit.summary.island = 0;
    population.apply(commit);
    strategy->observe(commit);
  }
  for (std::uint64_t stream = 0; stream < 400; stream += 2) {  // even ones: on island 0
    Random random(1, stream);
    for (std::uint64_t parent : parents_of(strategy->choose(population, stream, random))) chosen.insert(parent);
  }
  chosen.erase(0);
  if (GetParam() == "policysmith") EXPECT_EQ(chosen, (std::set<std::uint64_t>{1, 2})) << "its list has no rule against twins";
  else EXPECT_THAT(chosen, testing::IsSubsetOf({1u}));
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const StrategyEntry& entry : strategies()) all.emplace_back(entry.name);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Table, EveryStrategy, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

// islands -------------------------------------------------------------------------------------------------------------

std::set<std::uint64_t> members(const Population& population, std::uint32_t island) {
  std::set<std::uint64_t> all;
  for (const Elite& elite : population.island(island)) all.insert(elite.index);
  return all;
}

TEST(Islands, ShareNothingButBaselinesWithoutMigration) {
  MadeUp campaign("islands", 3, {{"islands", 4}, {"migration_every", 0}, {"elites", 40}});
  for (int i = 0; i < 600; ++i) campaign.step();
  for (std::uint32_t a = 0; a < 4; ++a) {
    const auto own = members(campaign.population, a);
    EXPECT_GT(own.size(), kSeeds);
    for (std::uint64_t index : own) EXPECT_TRUE(index < kSeeds || campaign.log[index].summary.island == a) << index;
  }
  EXPECT_EQ(campaign.population.migrated(), 0u);
}

TEST(Islands, CountWhatTheyTakeOverAndStayDifferent) {
  MadeUp campaign("islands", 4, {{"islands", 3}, {"migration_every", 50}, {"elites", 30}});
  std::uint64_t strangers = 0;
  for (int i = 0; i < 600; ++i) {
    std::vector<std::set<std::uint64_t>> before;
    for (std::uint32_t island = 0; island < 3; ++island) before.push_back(members(campaign.population, island));
    const std::uint64_t viewed = campaign.viewed, counted = campaign.population.migrated();
    (void)campaign.next();
    if (campaign.viewed == viewed + 1) {  // one commit was applied: whoever is new and came from elsewhere migrated
      std::uint64_t came = 0;
      for (std::uint32_t island = 0; island < 3; ++island)
        for (std::uint64_t index : members(campaign.population, island))
          came += viewed >= kSeeds && !before[island].contains(index) && campaign.log[index].summary.island != island;
      EXPECT_EQ(campaign.population.migrated() - counted, came) << viewed;
      strangers += came;
    }
    campaign.step();
  }
  EXPECT_GT(strangers, 5u);
  EXPECT_LE(campaign.population.migrated(), 600 / 50 * 3u);
  for (std::uint32_t a = 0; a < 3; ++a) {
    auto own = members(campaign.population, a), other = members(campaign.population, (a + 1) % 3);
    std::vector<std::uint64_t> shared;
    std::ranges::set_intersection(own, other, std::back_inserter(shared));
    EXPECT_LT(shared.size() * 2, own.size()) << "islands " << a << " and the next have become one";
  }
}

// map_elites ----------------------------------------------------------------------------------------------------------

TEST(MapElites, KeepsTheBestOfEachCellAndChoosesAllOfThem) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    MadeUp campaign("map_elites", seed, {{"cells", 4}});
    for (int i = 0; i < 500; ++i) campaign.step();
    (void)campaign.next();
    std::map<std::pair<int, int>, const Commit*> best;
    for (std::uint64_t i = 0; i < campaign.viewed; ++i) {
      const Commit& commit = campaign.log[i];
      if (!commit.summary.fitness) continue;
      const auto& d = commit.traits.descriptors;
      const std::pair cell{std::clamp(static_cast<int>(std::floor(d[0] * 4)), 0, 3),
                           std::clamp(static_cast<int>(std::floor((std::log2(d[1]) + 3) / 6 * 4 + 1e-9)), 0, 3)};
      auto key = [](const Commit& c) { return std::tuple(*c.summary.fitness, c.summary.size, c.summary.index); };
      if (auto& held = best[cell]; !held || key(commit) < key(*held)) held = &commit;
    }
    std::set<std::uint64_t> expected, chosen;
    for (const auto& [cell, commit] : best) expected.insert(commit->summary.index);
    for (std::uint64_t stream = 0; stream < 2000; ++stream) {
      Random random(9, stream);
      for (std::uint64_t parent : parents_of(campaign.strategy->choose(campaign.population, 1000, random))) chosen.insert(parent);
    }
    EXPECT_GT(expected.size(), 10u);
    EXPECT_EQ(chosen, expected);
  }
}

TEST(MapElites, NeedsADomainThatMeasuresBehaviour) {
  StrategySettings settings;
  auto none = make_strategy("map_elites", {settings, {}});
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().what.find("measures no behaviour"), std::string::npos);
  EXPECT_TRUE(make_strategy("chooser", {settings, {}})) << "which goes without it";
}

TEST(MapElites, GivesUpNobodyBeforeItsBehaviourIsKnown) {
  MadeUp campaign("map_elites", 2);
  for (int i = 0; i < 300; ++i) campaign.step();
  const Bounds bounds = campaign.strategy->bounds(campaign.population, campaign.next());
  EXPECT_TRUE(bounds.bar.empty() && !bounds.entry);
  EXPECT_EQ(bounds.best, campaign.population.best()->fitness);
}

// pareto --------------------------------------------------------------------------------------------------------------

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool less = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    less |= a[i] < b[i];
  }
  return less;
}

TEST(ParetoFront, IsExactlyWhatNothingDominates) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed, 0);
    const std::size_t coordinates = 1 + random.below(5);
    struct Point {
      Elite elite;
      std::vector<double> at;
    };
    std::vector<Point> all;
    ParetoFront front;
    for (std::uint64_t i = 0; i < 150; ++i) {
      Point point{{i, 0, random.below(4), nullptr}, {}};
      for (std::size_t k = 0; k < coordinates; ++k) point.at.push_back(static_cast<double>(random.below(8)));
      all.push_back(point);
      front.add(point.elite, point.at);
    }
    std::set<std::uint64_t> expected, kept;
    for (const auto& point : all)
      if (std::ranges::none_of(all, [&](const auto& other) {
            return dominates(other.at, point.at) || (other.at == point.at && std::tie(other.elite.size, other.elite.index) < std::tie(point.elite.size, point.elite.index));
          }))
        expected.insert(point.elite.index);
    for (std::size_t i = 0; i < front.size(); ++i) {
      kept.insert(front.elite(i).index);
      ASSERT_TRUE(std::ranges::equal(front.at(i), all[front.elite(i).index].at));
    }
    ASSERT_EQ(kept, expected) << seed;
    std::map<std::uint64_t, std::size_t> leads, counted;
    for (std::size_t k = 0; k < coordinates; ++k)
      for (std::uint64_t index : kept)
        if (std::ranges::none_of(all, [&](const auto& other) { return other.at[k] < all[index].at[k]; })) ++leads[index];
    for (std::size_t which : front.leaders()) ++counted[front.elite(which).index];
    ASSERT_EQ(counted, leads) << seed;
  }
}

TEST(Pareto, GivesChildrenToASpecialistAndNoneToWhatLeadsNowhere) {
  auto strategy = made("pareto");
  Population population({});
  // The best on the mean and on two instances; the best on one instance; on the front, but first nowhere.
  const std::vector<std::vector<double>> losses = {{0.2, 0.2, 0.9}, {0.9, 0.9, 0.1}, {0.3, 0.3, 0.8}};
  for (std::uint64_t i = 0; i < 3; ++i) {
    Commit commit = scored(i, losses[i]);
    population.apply(commit);
    strategy->observe(commit);
  }
  std::map<std::uint64_t, int> first;
  for (std::uint64_t stream = 0; stream < 4000; ++stream) {
    Random random(5, stream);
    const Choice choice = strategy->choose(population, 3, random);
    ++first[choice.parents[0].index];
  }
  EXPECT_EQ(first[2], 0);
  EXPECT_NEAR(first[0], 3000, 150) << "it leads three of four coordinates";
  EXPECT_NEAR(first[1], 1000, 150);
}

TEST(Pareto, AnObjectiveBesideTheLossesCounts) {
  auto strategy = made("pareto");
  Population population({});
  for (std::uint64_t i = 0; i < 2; ++i) {
    Commit commit = scored(i, {0.2 + static_cast<double>(i) / 10});
    commit.traits.objectives = {i == 0 ? 0.9 : 0.4};
    population.apply(commit);
    strategy->observe(commit);
  }
  std::set<std::uint64_t> chosen;
  for (std::uint64_t stream = 0; stream < 100; ++stream) {
    Random random(5, stream);
    chosen.insert(strategy->choose(population, 2, random).parents[0].index);
  }
  EXPECT_EQ(chosen, (std::set<std::uint64_t>{0, 1}));
}

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

// Settings ------------------------------------------------------------------------------------------------------------

TEST(StrategySettings, AreReadWrittenAndRefused) {
  const Json search{{"strategy", "chooser"}, {"cells", 16}, {"lambda", 3}, {"stagnation", 20}, {"strategies", {"pareto", "islands"}}};
  const auto read = expect_value(read_search(search, "search"));
  const Json written = to_json(read);
  for (const auto& [key, value] : search.items()) EXPECT_EQ(written.at(key), value) << key;
  for (const char* key : {"cells", "lambda", "stagnation", "strategies", "repair"}) EXPECT_FALSE(to_json(SearchSettings{}).contains(key)) << key;
  for (auto [settings, words] : {std::pair<Json, const char*>{{{"strategy", "map-elites"}}, "unknown strategy \"map-elites\"; known: islands, best_of_n"},
                                 {{{"cells", 6}}, "\"cells\" must be a power of two"},
                                 {{{"cells", 128}}, "\"cells\" must lie between 2 and 64"},
                                 {{{"lambda", 0}}, "\"lambda\" must lie between"},
                                 {{{"stagnation", 0}}, "\"stagnation\" must lie between"},
                                 {{{"strategies", {"islands", "island"}}}, "unknown strategy \"island\""},
                                 {{{"strategies", {"islands", "islands"}}}, "named twice"},
                                 {{{"strategies", {"chooser"}}}, "does not choose among choosers"},
                                 {{{"strategies", {"policysmith"}}}, "goes by rounds"},
                                 {{{"strategies", "islands"}}, "strategies"}}) {
    auto refused = read_search(settings, "task.json: search");
    ASSERT_FALSE(refused.has_value()) << settings.dump();
    EXPECT_NE(refused.error().what.find(words), std::string::npos) << refused.error().what;
    EXPECT_TRUE(refused.error().what.starts_with("task.json: search: ")) << refused.error().what;
  }
}

}  // namespace
}  // namespace assay::evolve
