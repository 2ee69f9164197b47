#pragma once
// Several models at once, chosen per candidate by a bandit (bandit.h) that counts what they gave for their money.
//
// The order in which members are to be asked for a candidate is a function of the visible commits and of (seed, candidate): nothing
// else. What the outside decides comes after it: a member whose circuit breaker is open is passed over, and one that ends in an Error
// (money spent, key refused) is out for the rest of the run. So the record names the member that answered, the bandit learns from
// records alone, and a replay takes the recorded one.
//
// A member has its own limits, breaker, key and price. Repairs of a candidate go to the member that answered first.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "evolve/provider.h"
#include "evolve/providers/bandit.h"

namespace assay::evolve {

struct EnsembleMember {
  std::string name;
  std::unique_ptr<Provider> provider;
};

/// Requires: at least one member, names that differ. `name`: before the slash in records.
std::unique_ptr<Provider> make_ensemble(std::string name, std::vector<EnsembleMember> members, BanditSettings settings);

}  // namespace assay::evolve
