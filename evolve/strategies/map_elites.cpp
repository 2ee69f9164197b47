// MAP-Elites (Mouret and Clune, "Illuminating search spaces by mapping elites", 2015): a grid over behaviour, in each cell the best
// that behaves so, and every cell is a parent as often as any other. Behaviour is what the domain's scorer measured by replay
// (evaluators::Descriptor), so that two texts of one behaviour share a cell, whatever their length.

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

/// Upper ends of all steps but the last. By ratio they are geometric means, found by halving: a square root is the same on
/// every machine, which a logarithm is not.
void divide(double low, double high, bool by_ratio, std::uint64_t steps, std::vector<double>& edges) {
  if (steps == 1) return;
  const double middle = by_ratio ? std::sqrt(low * high) : low + (high - low) / 2;
  divide(low, middle, by_ratio, steps / 2, edges);
  edges.push_back(middle);
  divide(middle, high, by_ratio, steps / 2, edges);
}

class MapElites final : public Strategy {
 public:
  MapElites(std::span<const evaluators::Descriptor> descriptors, std::uint64_t cells) {
    for (const evaluators::Descriptor& descriptor : descriptors)
      divide(descriptor.low, descriptor.high, descriptor.by_ratio, cells, edges_.emplace_back());
  }

  std::unique_ptr<Strategy> clone() const override { return std::make_unique<MapElites>(*this); }
  bool reads_traits() const override { return true; }

  void observe(const Commit& commit) override {
    if (!commit.summary.fitness) return;
    auto [place, fresh] = places_.try_emplace(cell_of(commit.traits.descriptors), elites_.size());
    if (fresh) elites_.push_back(elite_of(commit));
    else if (Elite elite = elite_of(commit); is_better(elite, elites_[place->second])) elites_[place->second] = std::move(elite);
  }

  Choice choose(const Population&, std::uint64_t, Random& random) const override {
    Choice choice;
    if (elites_.empty()) return choice;
    choice.tune = random.chance(kTunes);
    choice.parents = {random.pick(elites_)};
    if (choice.tune || !random.chance(kCrosses)) return choice;
    const Elite& donor = random.pick(elites_);
    if (donor.index != choice.parents[0].index) choice.parents.push_back(donor);
    return choice;
  }

  Bounds bounds(const Population& population, const Choice& choice) const override { return unbounded(population, choice); }

 private:
  std::vector<std::size_t> cell_of(const std::vector<double>& descriptors) const {
    assert(descriptors.size() == edges_.size());
    std::vector<std::size_t> cell;
    for (std::size_t i = 0; i < edges_.size(); ++i)
      cell.push_back(static_cast<std::size_t>(std::ranges::upper_bound(edges_[i], descriptors[i]) - edges_[i].begin()));
    return cell;
  }

  std::vector<std::vector<double>> edges_;                  ///< per descriptor
  std::map<std::vector<std::size_t>, std::size_t> places_;  ///< of a cell in elites_
  std::vector<Elite> elites_;                               ///< one per cell that is not empty, in the order in which they were found
};

}  // namespace

MadeStrategy make_map_elites(const StrategyNeeds& needs) {
  if (needs.descriptors.empty()) return fail("strategy \"map_elites\": the task's domain measures no behaviour to tell cells by; choose another strategy");
  return std::make_unique<MapElites>(needs.descriptors, needs.settings.cells);
}

}  // namespace assay::evolve
