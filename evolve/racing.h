#pragma once
// Instance racing: which checks come first, and what a candidate may still come to.
//
// Two things that do not depend on each other. The bound (Hopes) gives a candidate up only when it cannot become an elite
// whatever it does on the rest. The order (Schedule) puts the check first that has rejected most for what it costs; it is learned
// from commits and counted costs, so that it is the same on any machine.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "evolve/archive.h"

namespace assay::evolve {

/// What a candidate may still come to: losses that are known, and for the others the least that anything can have.
///
/// Sums run in task order, as the fitness does. Rounding is monotone, so a sum of bounds is never above the sum of what they bound: the
/// comparison is exact, not within a tolerance.
class Hopes {
 public:
  /// `least`: per train instance, in task order; it outlives this. `entry`: what an elite's loss must not be above.
  Hopes(std::span<const double> least, double entry) : losses_(least.begin(), least.end()), entry_(entry) {}

  void know(std::size_t instance, double loss) { losses_[instance] = loss; }
  /// Its fitness is certain to be above the entry. An equal one may take an elite's place, if it is shorter.
  bool gone() const { return mean() > entry_; }
  /// A loss on `instance` above which it is gone; a little more than that, never less.
  double room(std::size_t instance) const;

 private:
  double mean() const;

  std::vector<double> losses_;
  double entry_;
};

/// The order of some checks, each of which any candidate could begin with.
///
/// Adaptive ordering of filters goes by rejections for cost, and what counts as a filter's rejections must not depend on the
/// filters before it. So only what a candidate began with is counted, and every eighth begins with the checks in turn.
class Order {
 public:
  /// `costs`: counted, of each check. A check with nothing measured is taken to reject every other candidate.
  explicit Order(std::vector<std::uint64_t> costs) : counts_(costs.size()), costs_(std::move(costs)) {}

  std::vector<std::size_t> at(std::uint64_t index) const;
  /// A candidate began with `check`, which ended it, or did not.
  void count(std::size_t check, bool ended);

 private:
  struct Counts {
    std::uint64_t tried = 0, ended = 0;
  };
  double worth(std::size_t check) const;

  std::vector<Counts> counts_;
  std::vector<std::uint64_t> costs_;
};

/// Where a candidate ended, as its record has it (CandidateRecord::ended_on), over n train instances: 0 to n - 1 an instance, then:
struct Ends {
  std::size_t instances;
  std::size_t probe() const { return instances; }
  std::size_t confirm() const { return instances + 1; }
  std::size_t certificate() const { return instances + 2; }  ///< its penalty keeps it from what its loss would have led to
};

/// What candidate `index` is to be checked by, and in which order.
struct Plan {
  std::vector<std::size_t> checks;  ///< train instances in task order of the task, and Ends::probe() where there is one
  bool certificate_first = false;   ///< before the second run; with search.certificate
};

/// Any thread may add, in order of index; `plan` is asked for in order of index, too.
class Schedule {
 public:
  struct Costs {
    std::vector<std::uint64_t> instances;
    std::optional<std::uint64_t> probe;
    std::uint64_t confirm = 1, certificate = 1;
  };
  /// `visible`: how many commits a candidate sees. Without `learn` the order stays the task's, with the probe first.
  Schedule(const Costs& costs, bool learn, std::function<std::uint64_t(std::uint64_t)> visible);

  /// Requires: plans of all before it were asked for, and the commits that it sees were added.
  Plan plan(std::uint64_t index);
  void add(const CandidateRecord& record);

 private:
  struct Ran {
    std::uint64_t index;
    bool checked;         ///< it came to the checks at all
    bool confirmed;
    std::optional<std::size_t> ended_on;
  };
  void learn(const Ran& ran);

  Ends ends_;
  bool has_probe_, learns_;
  std::function<std::uint64_t(std::uint64_t)> visible_;
  std::mutex mutex_;
  Order checks_, last_;              ///< last_: 0 the second run, 1 the certificate
  std::deque<Ran> waiting_;          ///< committed, not learned from yet
  std::uint64_t learned_ = 0;        ///< commits
  std::map<std::uint64_t, Plan> plans_;  ///< given, not learned from yet
};

}  // namespace assay::evolve
