// The table of strategies: one line each.

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

constexpr StrategyEntry kStrategies[] = {
    {"islands", "elites on islands, the better ones more often, two parents now and then", make_islands},
    {"best_of_n", "every child is one of a baseline: what search has to beat", make_best_of_n},
};

}  // namespace

std::span<const StrategyEntry> strategies() { return kStrategies; }

Result<std::unique_ptr<Strategy>> make_strategy(const std::string& name) {
  std::string known;
  for (const StrategyEntry& entry : kStrategies) {
    if (entry.name == name) return entry.make();
    known += (known.empty() ? "" : ", ") + std::string(entry.name);
  }
  return fail("unknown strategy \"" + name + "\"; known: " + known);
}

}  // namespace assay::evolve
