// The Pareto front over train instances and objectives. A parent is drawn by how many of them it leads, ties included (as in
// GEPA, Agrawal et al. 2025), so that a specialist of one instance has children, too.
//
// Coordinates: what selection goes by, the loss on each instance, the domain's further objectives. The first is a mean over the
// losses, so it changes nothing about who is dominated, until a certificate's penalty is in it: then that counts, too.

#include <algorithm>

#include "evolve/strategies/front.h"
#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

/// Nowhere worse.
bool covers(std::span<const double> a, std::span<const double> b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] > b[i]) return false;
  return true;
}

}  // namespace

bool ParetoFront::add(const Elite& elite, std::span<const double> at) {
  if (elites_.empty()) least_.assign(at.begin(), at.end());
  for (std::size_t i = 0; i < size(); ++i)
    if (covers(this->at(i), at) && !(covers(at, this->at(i)) && is_better(elite, elites_[i]))) return false;
  for (std::size_t i = size(); i-- > 0;)
    if (covers(at, this->at(i))) remove(i);
  elites_.push_back(elite);
  at_.insert(at_.end(), at.begin(), at.end());
  // Who was removed led only where the new one leads now.
  for (std::size_t i = 0; i < at.size(); ++i)
    if (at[i] <= least_[i]) {
      find_leaders();
      break;
    }
  return true;
}

/// The last one takes its place.
void ParetoFront::remove(std::size_t which) {
  const std::size_t last = size() - 1;
  std::ranges::copy(at(last), at_.begin() + static_cast<std::ptrdiff_t>(which * least_.size()));
  at_.resize(last * least_.size());
  elites_[which] = elites_[last];
  elites_.pop_back();
  std::ranges::replace(leaders_, last, which);
}

void ParetoFront::find_leaders() {
  least_.assign(at(0).begin(), at(0).end());
  for (std::size_t which = 1; which < size(); ++which)
    for (std::size_t i = 0; i < least_.size(); ++i) least_[i] = std::min(least_[i], at(which)[i]);
  leaders_.clear();
  for (std::size_t which = 0; which < size(); ++which)
    for (std::size_t i = 0; i < least_.size(); ++i)
      if (at(which)[i] == least_[i]) leaders_.push_back(which);
}

namespace {

class Pareto final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<Pareto>(*this); }
  bool reads_traits() const override { return true; }

  void observe(const Commit& commit) override {
    if (!commit.summary.fitness) return;
    std::vector<double> at{*commit.summary.fitness};
    at.insert(at.end(), commit.traits.losses.begin(), commit.traits.losses.end());
    at.insert(at.end(), commit.traits.objectives.begin(), commit.traits.objectives.end());
    front_.add(elite_of(commit), at);
  }

  Choice choose(const Population&, std::uint64_t, Random& random) const override {
    Choice choice;
    if (front_.size() == 0) return choice;
    choice.tune = random.chance(kTunes);
    choice.parents = {leader(random)};
    if (choice.tune || !random.chance(kCrosses)) return choice;
    const Elite& donor = leader(random);
    if (donor.index != choice.parents[0].index) choice.parents.push_back(donor);
    return choice;
  }

  Bounds bounds(const Population& population, const Choice& choice) const override { return unbounded(population, choice); }

 private:
  const Elite& leader(Random& random) const { return front_.elite(random.pick(front_.leaders())); }

  ParetoFront front_;
};

}  // namespace

MadeStrategy make_pareto(const StrategyNeeds&) { return std::make_unique<Pareto>(); }

}  // namespace assay::evolve
