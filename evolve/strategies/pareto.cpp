// The Pareto front over train instances and objectives. A parent is drawn by how many of them it leads, ties included (as in
// GEPA, Agrawal et al. 2025), so that a specialist of one instance has children, too.
//
// Coordinates: the loss on each instance, the domain's further objectives, and what selection goes by. The latter is a mean over
// the losses, so it changes nothing about who is dominated, until a certificate's penalty is in it: then that counts, too.

#include <algorithm>

#include "evolve/strategies/front.h"
#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

/// Nowhere worse.
bool covers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x <= y; });
}

}  // namespace

bool ParetoFront::add(Point point) {
  for (const Point& other : points_)
    if (covers(other.at, point.at) && !(other.at == point.at && is_better(point.elite, other.elite))) return false;
  std::erase_if(points_, [&](const Point& other) { return covers(point.at, other.at); });
  points_.push_back(std::move(point));
  find_leaders();
  return true;
}

void ParetoFront::find_leaders() {
  std::vector<double> least = points_.front().at;
  for (const Point& point : points_)
    for (std::size_t i = 0; i < least.size(); ++i) least[i] = std::min(least[i], point.at[i]);
  leaders_.clear();
  for (std::size_t which = 0; which < points_.size(); ++which)
    for (std::size_t i = 0; i < least.size(); ++i)
      if (points_[which].at[i] == least[i]) leaders_.push_back(which);
}

namespace {

class Pareto final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<Pareto>(*this); }
  bool reads_traits() const override { return true; }

  void observe(const Commit& commit) override {
    if (!commit.summary.fitness) return;
    ParetoFront::Point point{elite_of(commit), commit.traits.losses};
    point.at.insert(point.at.end(), commit.traits.objectives.begin(), commit.traits.objectives.end());
    point.at.push_back(*commit.summary.fitness);
    front_.add(std::move(point));
  }

  Choice choose(const Population&, std::uint64_t, Random& random) const override {
    Choice choice;
    if (front_.points().empty()) return choice;
    choice.tune = random.chance(kTunes);
    choice.parents = {leader(random)};
    if (choice.tune || !random.chance(kCrosses)) return choice;
    const Elite& donor = leader(random);
    if (donor.index != choice.parents[0].index) choice.parents.push_back(donor);
    return choice;
  }

  Bounds bounds(const Population& population, const Choice& choice) const override { return unbounded(population, choice); }

 private:
  const Elite& leader(Random& random) const { return front_.points()[random.pick(front_.leaders())].elite; }

  ParetoFront front_;
};

}  // namespace

MadeStrategy make_pareto(const StrategyNeeds&) { return std::make_unique<Pareto>(); }

}  // namespace assay::evolve
