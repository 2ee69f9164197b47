#pragma once
// Campaigns without candidates, for what a strategy does: commits are made up, and each child's losses are drawn near its parent's.

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "evolve/settings.h"
#include "evolve/strategy.h"
#include "tests/evolve/fixtures.h"

namespace assay::evolve {

inline constexpr evaluators::Descriptor kDescriptors[] = {{"a", 0, 1, false}, {"b", 0.125, 8, true}};
inline constexpr std::uint64_t kSeeds = 3;

inline std::unique_ptr<Strategy> made(std::string_view name, const StrategySettings& settings = {}) {
  return expect_value(make_strategy(name, {settings, kDescriptors}));
}

inline Commit scored(std::uint64_t index, std::vector<double> losses, std::optional<std::uint64_t> parent = {}) {
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
inline Commit failed(std::uint64_t index, std::optional<std::uint64_t> parent = {}) {
  Commit commit = scored(index, {0, 0, 0}, parent);
  commit.summary.fitness.reset();
  commit.summary.outcome = OutcomeKind::timeout;
  return commit;
}

/// A child of the choice: one in five fails, losses are near its parent's and coarse, so that ties are many.
inline Commit child_of(const Choice& choice, const std::vector<Commit>& log, Random random) {
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

inline std::vector<std::uint64_t> parents_of(const Choice& choice) {
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

}  // namespace assay::evolve
