// A (1 + lambda) climb: lambda children of the best so far, the best of which takes its place if it is better. After `stagnation`
// children without a better one it starts again from the next baseline, the best first, in turns.
//
// Candidates overlap: children of a generation that has ended, and of a climb that was left, still come in. A child
// belongs to the climb if its parent was at its head once; others are ignored.

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

struct Point {
  Elite elite;
  std::vector<double> losses;
};

class HillClimb final : public Strategy {
 public:
  explicit HillClimb(const StrategySettings& settings) : lambda_(settings.lambda), stagnation_(settings.stagnation) {}

  std::unique_ptr<Strategy> clone() const override { return std::make_unique<HillClimb>(*this); }
  bool reads_traits() const override { return true; }

  void observe(const Commit& commit) override {
    if (commit.summary.is_seed) return observe_seed(commit);
    if (!commit.traits.parent || !heads_.contains(*commit.traits.parent)) return;
    ++generation_;
    ++since_better_;
    if (commit.summary.fitness)
      if (Point child{elite_of(commit), commit.traits.losses}; !child_ || is_better(child.elite, child_->elite)) child_ = std::move(child);
    if (generation_ >= lambda_) end_generation();
    if (since_better_ >= stagnation_) start(starts_[++restarts_ % starts_.size()]);
  }

  Choice choose(const Population&, std::uint64_t, Random& random) const override {
    Choice choice;
    if (head_) choice.parents = {head_->elite};
    choice.tune = random.chance(kTunes);
    return choice;
  }

  /// Equal but shorter is better, so a loss that is equal gets in.
  Bounds bounds(const Population& population, const Choice& choice) const override {
    Bounds bounds = unbounded(population, choice);
    if (!head_) return bounds;
    bounds.bar = head_->losses;
    bounds.entry = std::nextafter(head_->elite.fitness, std::numeric_limits<double>::infinity());
    return bounds;
  }

 private:
  void observe_seed(const Commit& commit) {
    if (!commit.summary.fitness) return;
    Point seed{elite_of(commit), commit.traits.losses};
    starts_.insert(std::ranges::upper_bound(starts_, seed.elite, is_better, &Point::elite), std::move(seed));
    start(starts_.front());
  }
  void start(const Point& from) {
    head_ = from;
    heads_ = {from.elite.index};
    child_.reset();
    generation_ = since_better_ = 0;
  }
  void end_generation() {
    generation_ = 0;
    if (child_ && is_better(child_->elite, head_->elite)) {
      head_ = std::move(child_);
      heads_.insert(head_->elite.index);
      since_better_ = 0;
    }
    child_.reset();
  }

  std::uint64_t lambda_, stagnation_;
  std::vector<Point> starts_;  ///< baselines, best first
  std::optional<Point> head_, child_;  ///< the best so far; the best child of this generation
  std::set<std::uint64_t> heads_;      ///< of this climb
  std::uint64_t generation_ = 0, since_better_ = 0, restarts_ = 0;
};

}  // namespace

MadeStrategy make_hill_climb(const StrategyNeeds& needs) { return std::make_unique<HillClimb>(needs.settings); }

}  // namespace assay::evolve
