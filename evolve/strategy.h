#pragma once
// Who has the next child. A pure function of the population, the index and the random stream.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evolve/population.h"
#include "evolve/random.h"

namespace assay::evolve {

struct Choice {
  std::uint32_t island = 0;
  std::vector<Elite> parents;  ///< the first is to be improved; empty only when the population is
  bool tune = false;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual Choice choose(const Population& population, std::uint64_t index, Random& random) const = 0;
};

struct StrategyEntry {
  std::string_view name;
  std::string_view what;
  std::unique_ptr<Strategy> (*make)();
};

std::span<const StrategyEntry> strategies();
/// The Error lists the known names.
Result<std::unique_ptr<Strategy>> make_strategy(const std::string& name);

}  // namespace assay::evolve
