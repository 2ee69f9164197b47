// Elites on islands. The parent is drawn by rank, the better the likelier; one child in four only has its constants
// tuned, and those come from the best few, so that what is good is also worked out.

#include <algorithm>

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

constexpr double kAcross = 0.2;  ///< of the crossings: the second parent is from another island
constexpr std::uint64_t kTop = 4;

const Elite& by_rank(const std::vector<Elite>& elites, Random& random) {
  double at = random.unit() * random.unit();  // density falls with rank
  return elites[static_cast<std::size_t>(at * static_cast<double>(elites.size()))];
}

class Islands final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<Islands>(*this); }
  Choice choose(const Population& population, std::uint64_t index, Random& random) const override {
    Choice choice;
    choice.island = static_cast<std::uint32_t>(index % population.islands());
    const auto& elites = population.island(choice.island);
    if (elites.empty()) return choice;
    choice.tune = random.chance(kTunes);
    if (choice.tune) {
      choice.parents = {elites[static_cast<std::size_t>(random.below(std::min<std::uint64_t>(kTop, elites.size())))]};
      return choice;
    }
    choice.parents = {by_rank(elites, random)};
    if (!random.chance(kCrosses)) return choice;
    bool across = random.chance(kAcross);
    const auto& others = population.island(across ? (choice.island + 1) % population.islands() : choice.island);
    if (others.empty()) return choice;
    const Elite& donor = by_rank(others, random);
    if (donor.index != choice.parents[0].index) choice.parents.push_back(donor);
    return choice;
  }
};

}  // namespace

MadeStrategy make_islands(const StrategyNeeds&) { return std::make_unique<Islands>(); }

}  // namespace assay::evolve
