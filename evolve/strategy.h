#pragma once
// Who has the next child. What a strategy knows is a pure function of the commits that it was shown, in order; what it chooses,
// of that, the population, the index and the random stream. So a strategy is restored by showing it the log again.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluators/domain.h"
#include "evolve/population.h"
#include "evolve/random.h"

namespace assay::evolve {

struct Choice {
  std::uint32_t island = 0;    ///< of the population, where the child belongs
  std::vector<Elite> parents;  ///< the first is to be improved; empty only when nothing has a fitness; after a resume without material
  bool tune = false;
  std::string strategy = {};   ///< which one chose, under one that chooses among several
};

/// What a child has to come near to, and to beat.
struct Bounds {
  std::vector<double> bar;      ///< losses per train instance above which it is given up; empty: never
  std::optional<double> entry;  ///< a loss that is not below this cannot become anybody's parent; none: any can
  std::optional<double> best;   ///< a loss below this leads; none: any does
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Commits come once each, in order of index, with traits where it reads them. Without a fitness a candidate failed, and is
  /// never a parent. Cost: far below a millisecond, however many came before.
  virtual void observe(const Commit&) {}
  virtual bool reads_traits() const { return false; }
  /// With all that it has seen.
  virtual std::unique_ptr<Strategy> clone() const = 0;
  /// `population` holds the same commits. Any parent is one of them.
  virtual Choice choose(const Population& population, std::uint64_t index, Random& random) const = 0;
  /// Those of the choice's island, unless the archive is another.
  virtual Bounds bounds(const Population& population, const Choice& choice) const;
};

/// Of SearchSettings: what some of the strategies can be told.
struct StrategySettings {
  std::uint64_t cells = 8;              ///< map_elites: steps of each descriptor; a power of two
  std::uint64_t lambda = 8;             ///< hill_climb: children of a generation
  std::uint64_t stagnation = 64;        ///< hill_climb: children without a better one until it starts again elsewhere
  std::vector<std::string> strategies;  ///< chooser: among whom; empty: kChosen
};

struct StrategyNeeds {
  const StrategySettings& settings;
  std::span<const evaluators::Descriptor> descriptors;  ///< the domain's
};

struct StrategyEntry {
  std::string_view name;
  std::string_view what;
  Result<std::unique_ptr<Strategy>> (*make)(const StrategyNeeds& needs);
  std::uint64_t round = 0;   ///< candidates that are chosen from the same commits, and all done before the next; 0: no rounds
  std::uint64_t repair = 0;  ///< SearchSettings::repair where the task does not say
};

std::span<const StrategyEntry> strategies();
/// The Error lists the known names.
Result<const StrategyEntry*> strategy_named(std::string_view name);
/// Error: an unknown name, or the domain measures nothing that it could go by.
Result<std::unique_ptr<Strategy>> make_strategy(std::string_view name, const StrategyNeeds& needs);
/// Whether a chooser can choose among them: known, each once, without rounds, and no chooser. The Error says which is not.
Result<void> can_be_chosen(std::span<const std::string> names);

}  // namespace assay::evolve
