#pragma once
// A child of one or two policies, without any model: the embedded proposer and the honest baseline of every other.
//
// The same parents, limits and random stream give the same child. A child passes verify::check, is not its parent and is
// not in `seen`.

#include <functional>
#include <optional>
#include <string>

#include "evolve/mutate/scope.h"
#include "evolve/random.h"

namespace assay::evolve::mutate {

struct Limits {
  std::size_t nodes = 400;  ///< of a child, verify::size_of
  int attempts = 40;
};

/// What a strategy wants of this child.
enum class Wish : std::uint8_t {
  any,
  tune,  ///< constants only
};

struct Child {
  Policy policy;
  std::string operation;  ///< "constant", "crossover+insert"
};

/// Nothing when no attempt gave a valid new policy.
std::optional<Child> mutate(const tasks::Contract& contract, const Policy& parent, const Policy* donor, Wish wish,
                            const Limits& limits, Random& random, const std::function<bool(const Digest&)>& seen = {});

}  // namespace assay::evolve::mutate
