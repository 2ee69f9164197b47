#pragma once
// The population while proofs are under way: who stands in it, and who leaves it when a proof fails.
//
// A pure function of the log: of the commits in order, and of each verdict at its place, which is the commit of candidate
// n + lag, whatever a clock says. A candidate
//   - that is proved stands by itself: a proof is about the code, not about where the code came from;
//   - that is not (refuted, or unknown) is out for good;
//   - whose proof is under way, or was never asked for, stands while all of its parents stand.
// So a failed proof takes its descendants along, and one of them comes back once its own proof is done. Who was no elite at
// its commit (select: elites) is none later either: every elite is a baseline, proved, or being proved.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "evolve/population.h"
#include "evolve/settings.h"
#include "evolve/strategy.h"

namespace assay::evolve {

struct Ruling {
  std::uint64_t candidate = 0;
  bool proved = false;
};

/// A commit, and the verdict that counts from there on.
struct Step {
  Commit commit;
  std::vector<std::uint64_t> parents;
  std::optional<Ruling> ruling;
};

class Lineage {
 public:
  /// Without `proofs` it is the population, and nothing is asked for. `strategy`, where there is one, has seen nothing yet: it is shown
  /// what the population is, and what leaves the one is in the other no more.
  Lineage(const PopulationSettings& population, const std::optional<ProofSettings>& proofs, std::unique_ptr<Strategy> strategy = nullptr);

  /// True: its proof is to be asked for. Requires: indices are dense and in order; what was due has been ruled on.
  bool enter(const Commit& commit, const std::vector<std::uint64_t>& parents);
  /// Whose verdict counts with the commit that was entered last.
  std::optional<std::uint64_t> due() const;
  /// The verdict on due(): which descendants leave the population with it, in order.
  std::vector<std::uint64_t> rule(bool proved);
  /// Both, from a log. The Error: the log has a verdict where none is due, or none where one is.
  Result<void> apply(const Step& step);

  const Population& population() const { return population_; }
  /// Requires: it was given one.
  const Strategy& strategy() const { return *strategy_; }
  /// Asked for and not ruled on, in order.
  std::vector<std::uint64_t> under_way() const;
  /// Population::complete, of all that may be in the population again.
  Result<void> complete(const std::function<Result<std::shared_ptr<const Material>>(std::uint64_t)>& provide);

 private:
  enum class Proof : std::uint8_t { none, under_way, proved, failed };
  struct Recent {
    Commit commit;
    std::vector<std::uint64_t> parents;
    Proof proof = Proof::none;
    bool barred = false;  ///< was no elite at its commit
    bool stands = false;
  };

  bool is_selected(const Population& population, std::uint64_t index) const;
  bool is_standing(std::uint64_t index) const;
  bool stands(const Recent& recent) const;
  void retire();
  static void show(const Commit& commit, Population& population, Strategy* strategy);

  std::optional<ProofSettings> settings_;
  Population base_;             ///< of all commits before recent_, of which everything is known
  std::unique_ptr<Strategy> base_strategy_;
  std::deque<Recent> recent_;   ///< the last lag + 1
  Population population_;       ///< of base_ and of what stands in recent_
  std::unique_ptr<Strategy> strategy_;
  std::set<std::uint64_t> out_;  ///< before recent_
};

}  // namespace assay::evolve
