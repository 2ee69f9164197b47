// The table of strategies: one line each.

#include <algorithm>

#include "evolve/strategies/make.h"
#include "evolve/strategies/policysmith.h"

namespace assay::evolve {
namespace {

constexpr StrategyEntry kStrategies[] = {
    {"islands", "elites on islands, the better ones more often, two parents now and then", make_islands},
    {"best_of_n", "every child is one of a baseline: what search has to beat", make_best_of_n},
    {"hill_climb", "(1 + lambda) from the best baseline, and from the next one where nothing gets better", make_hill_climb},
    {"map_elites", "the best of each cell of a grid over measured behaviour, each cell as often", make_map_elites},
    {"pareto", "what nothing beats on every instance and objective, by how many of them it leads", make_pareto},
    {"policysmith", "PolicySmith's loop: rounds, the best two of all time as parents", make_policysmith, kPolicySmithRound, kPolicySmithRepairs},
    {"chooser", "chooses among other strategies while it runs, by what their children gained", make_chooser},
};

}  // namespace

std::optional<double> leading(const Population& population, const Choice& choice) {
  const auto& elites = population.island(choice.island);
  return elites.empty() ? std::nullopt : std::optional(elites.front().fitness);
}

std::span<const StrategyEntry> strategies() { return kStrategies; }

Result<const StrategyEntry*> strategy_named(std::string_view name) {
  std::string known;
  for (const StrategyEntry& entry : kStrategies) {
    if (entry.name == name) return &entry;
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return fail("unknown strategy \"" + std::string(name) + "\"; known: " + known);
}

Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name, const StrategyNeeds& needs) {
  auto entry = strategy_named(name);
  if (!entry) return std::unexpected(entry.error());
  return (*entry)->make(needs);
}

Result<void> can_be_chosen(std::span<const std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto entry = strategy_named(names[i]);
    if (!entry) return std::unexpected(entry.error());
    if ((*entry)->make == make_chooser) return fail("a chooser does not choose among choosers");
    if ((*entry)->round) return fail("\"" + names[i] + "\" goes by rounds, so it cannot take turns with others");
    if (std::ranges::count(names, names[i]) > 1) return fail("\"" + names[i] + "\" is named twice");
  }
  return {};
}

Bounds Strategy::bounds(const Population& population, const Choice& choice) const {
  return {population.bar(choice.island), population.entry(choice.island), leading(population, choice)};
}

}  // namespace assay::evolve
