// Laws that hold for every strategy of the table, on made-up campaigns, and the settings.

#include "evolve/strategy.h"

#include <gmock/gmock.h>

#include <set>

#include "evolve/settings.h"
#include "tests/evolve/made_up_campaign.h"

namespace assay::evolve {
namespace {

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
