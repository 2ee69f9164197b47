#pragma once
// Parameter proposals: a policy marks constants, `tunable(value, low, high)`, and the search tries other values without a model.
//
// A candidate with marks that is an elite is the root of a family: it and the tunings of it. Steps go from the best of the family,
// one mark at a time, up and down; a step is a quarter of the bounds on the mark's scale, and half as long each time that no step
// of its length helps (pattern search, Hooke and Jeeves 1961, with every direction polled, as Torczon 1997 shows to converge). It
// ends when the shortest steps do not help, or with the family's number of tunings, and rests while the family's best is no elite.
// A tuning that does not better its parent ends as abandoned: the neighbours of one policy would crowd all others out of an island.
// Of all candidates at most every second one is a tuning, so that a model's proposals go on.
//
// A pure function of the commits that are visible and of the tunings under way: no chance, no clock.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evolve/population.h"
#include "evolve/strategy.h"

namespace assay::evolve {

/// A marked constant. Values as verify::Expr::value has them: an f64 is its bits.
struct Mark {
  std::string name;  ///< of the variable that is declared with it, else "#3": the third mark
  bool is_real = false;
  std::int64_t value = 0, low = 0, high = 0;
};

/// In the order of the text.
std::vector<Mark> marks_of(const verify::Policy& policy);
/// Requires: as many values as the policy has marks, each within its bounds.
verify::Policy with_values(verify::Policy policy, std::span<const std::int64_t> values);

/// One step from the mark's value, within its bounds: 2^-(level + 2) of them, by factors where they span one of 16 and more; by one
/// where that is nothing. Of an f64 four digits are kept. The value itself where there is no room.
///   level: at most kFinestStep
std::int64_t stepped(const Mark& mark, std::uint32_t level, bool up);
inline constexpr std::uint32_t kFinestStep = 6;

/// A candidate to be.
struct Tuning {
  Choice choice;  ///< its parent is the best of the family
  TuningRecord record;
  std::string text;
  std::string operation;  ///< "tune reuse_horizon = 8 -> 13"
};

class Tuner {
 public:
  /// `per_family`: tunings of one root at most; 0: none at all.
  explicit Tuner(std::uint64_t per_family) : per_family_(per_family) {}

  /// Candidate `index` is this tuning. In order of index, also of those in a log.
  void proposed(std::uint64_t index, const TuningRecord& record);
  /// A commit has become visible. In order.
  void learn(const CandidateSummary& summary);
  /// Nothing: the turn is another's. `index` counts from 0 with `seeds` baselines; `seen`: an AST that is known already.
  std::optional<Tuning> next(const Population& visible, std::uint64_t index, std::uint64_t seeds,
                             const std::function<bool(const Digest&)>& seen);
  bool is_tuning(std::uint64_t index) const { return root_.contains(index); }

 private:
  struct Trial {
    std::uint64_t index = 0;
    TuningRecord record;
    bool known = false;
    std::optional<double> fitness;
  };
  struct Family {
    std::optional<double> fitness;  ///< of the root
    std::vector<Trial> trials;
    bool done = false;
    std::optional<bool> marked;     ///< has marks; nothing while nobody looked

    const Trial* best() const;      ///< null: the root
    bool waits() const;             ///< for the results of its trials
    bool has(const std::vector<std::int64_t>& values) const;
  };

  Family& family_of(const Elite& elite);
  std::optional<Tuning> step(Family& family, std::uint64_t root, std::uint32_t island, const Elite& best,
                             const std::function<bool(const Digest&)>& seen) const;

  std::uint64_t per_family_;
  std::uint64_t count_ = 0;                      ///< tunings so far, those under way among them
  std::map<std::uint64_t, std::uint64_t> root_;  ///< of each tuning
  std::map<std::uint64_t, Family> families_;     ///< by root
};

}  // namespace assay::evolve
