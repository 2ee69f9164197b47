// PolicySmith's loop as it was published: one flat list of everything that was scored, in rounds of kPolicySmithRound candidates,
// all of which are asked for with the same prompt: the best two of all earlier rounds. No niches, no novelty, no chance
// beyond the model's.
//
// Where this deviates: its first round has a prompt without programs, where every prompt here has a parent, so the best baselines
// stand in until two candidates were scored (there fewer than two end the run); repairs answer whatever the screen, the
// compiler or the jail said, as its repairs answer the compiler alone; duplicates are no entries of the list, as they are none
// in any archive here.

#include "evolve/strategies/policysmith.h"

#include <algorithm>

#include "evolve/strategies/make.h"

namespace assay::evolve {
namespace {

/// Best first; of two that do equally well the older one leads. Of the list nothing but its head is ever looked at, so no more is kept.
void enter(std::vector<Elite>& list, const Elite& elite) {
  list.insert(std::ranges::upper_bound(list, elite.fitness, {}, &Elite::fitness), elite);
  if (list.size() > kPolicySmithShown) list.pop_back();
}

class PolicySmith final : public Strategy {
 public:
  std::unique_ptr<Strategy> clone() const override { return std::make_unique<PolicySmith>(*this); }
  void observe(const Commit& commit) override {
    if (commit.summary.fitness) enter(commit.summary.is_seed ? baselines_ : found_, elite_of(commit));
  }
  Choice choose(const Population&, std::uint64_t, Random&) const override {
    Choice choice{0, found_};
    for (const Elite& baseline : baselines_)
      if (choice.parents.size() < kPolicySmithShown) choice.parents.push_back(baseline);
    return choice;
  }

 private:
  std::vector<Elite> found_, baselines_;
};

}  // namespace

MadeStrategy make_policysmith(const StrategyNeeds&) { return std::make_unique<PolicySmith>(); }

}  // namespace assay::evolve
