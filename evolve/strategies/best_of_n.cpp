// Best of N: every child is one change away from a baseline. Search is worth its name only where it beats this at the
// same budget.

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

class BestOfN final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<BestOfN>(*this); }
  Choice choose(const Population& population, std::uint64_t index, Random& random) const override {
    Choice choice;
    choice.island = static_cast<std::uint32_t>(index % population.islands());
    if (!population.seeds().empty()) choice.parents = {random.pick(population.seeds())};
    return choice;
  }
};

}  // namespace

MadeStrategy make_best_of_n(const StrategyNeeds&) { return std::make_unique<BestOfN>(); }

}  // namespace assay::evolve
