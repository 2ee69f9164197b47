#pragma once
// The makers that the table in evolve/strategies.cpp lists, and what several of them draw alike.

#include "evolve/strategy.h"

namespace assay::evolve {

using MadeStrategy = Result<std::unique_ptr<Strategy>>;
MadeStrategy make_best_of_n(const StrategyNeeds& needs);
MadeStrategy make_chooser(const StrategyNeeds& needs);
MadeStrategy make_hill_climb(const StrategyNeeds& needs);
MadeStrategy make_islands(const StrategyNeeds& needs);
MadeStrategy make_map_elites(const StrategyNeeds& needs);
MadeStrategy make_pareto(const StrategyNeeds& needs);
MadeStrategy make_policysmith(const StrategyNeeds& needs);

inline constexpr double kTunes = 0.25;    ///< children that only have their constants tuned
inline constexpr double kCrosses = 0.35;  ///< of the others: with a second parent

/// The best of the choice's island: no other leads it that was not confirmed.
std::optional<double> leading(const Population& population, const Choice& choice);

/// A child that is worse than all others may still have a place, so every one is run to its end.
inline Bounds unbounded(const Population& population, const Choice& choice) { return {{}, std::nullopt, leading(population, choice)}; }

/// What most archives keep of a commit with a fitness.
inline Elite elite_of(const Commit& commit) {
  return {commit.summary.index, *commit.summary.fitness, commit.summary.size, commit.material};
}

}  // namespace assay::evolve
