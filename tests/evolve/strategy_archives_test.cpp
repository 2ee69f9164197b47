// Strategies that keep whoever is best of its kind: on an island, in a cell of behaviour, on a front.

#include <cmath>
#include <map>
#include <set>

#include "evolve/strategies/front.h"
#include "tests/evolve/made_up_campaign.h"

namespace assay::evolve {
namespace {

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

}  // namespace
}  // namespace assay::evolve
