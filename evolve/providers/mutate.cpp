// Children by typed mutation and crossover (evolve/mutate): no model, no key, no network.

#include "evolve/mutate/mutate.h"

#include "evolve/providers/make.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kStream = 0x6d7574617465;  // "mutate": apart from the strategy's stream of the same candidate

class MutateProvider final : public Provider {
 public:
  explicit MutateProvider(mutate::Limits limits) : limits_(limits) {}

  Result<Completion> complete(const Proposal& proposal) override {
    if (proposal.contract->has_doubles())
      return fail("provider mutate: " + proposal.contract->path + " has an f64, and mutation knows integers only; use another provider for this task");
    Random random(proposal.seed ^ kStream, proposal.index);
    const verify::Policy* donor = proposal.parents.size() > 1 ? proposal.parents[1].policy : nullptr;
    auto wish = proposal.tune ? mutate::Wish::tune : mutate::Wish::any;
    auto child = mutate::mutate(*proposal.contract, *proposal.parents[0].policy, donor, wish, limits_, random, proposal.seen);
    Completion completion;
    if (child) {
      completion.text = verify::emit(child->policy);
      completion.operation = std::move(child->operation);
    } else {
      completion.outcome = {OutcomeKind::no_completion, "no new valid child in " + std::to_string(limits_.attempts) + " attempts", {}};
    }
    return completion;
  }

 private:
  mutate::Limits limits_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_mutate(const Json& settings) {
  static constexpr std::string_view kKnown[] = {"size_limit"};
  if (auto done = only_known(settings, kKnown, "provider mutate"); !done) return std::unexpected(done.error());
  mutate::Limits limits;
  auto nodes = member_or<std::int64_t>(settings, "size_limit", static_cast<std::int64_t>(limits.nodes), "provider mutate");
  if (!nodes) return std::unexpected(nodes.error());
  if (*nodes < 10 || *nodes > 20000) return fail("provider mutate: \"size_limit\" is a number of nodes between 10 and 20000");
  limits.nodes = static_cast<std::size_t>(*nodes);
  return std::make_unique<MutateProvider>(limits);
}

}  // namespace assay::evolve
