#pragma once
// The table of point mutations: each changes one place of a policy, and says no where it finds nothing to change.
//
// None needs to give a valid policy: what comes out is tidied and checked (mutate.h), and tried again where it is not.

#include <span>
#include <string_view>

#include "evolve/mutate/scope.h"
#include "evolve/random.h"

namespace assay::evolve::mutate {

struct Edit {
  Policy& policy;
  const tasks::Contract& contract;
  Random& random;
};

struct Operator {
  std::string_view name;
  double weight;
  bool (*apply)(Edit&);
};

std::span<const Operator> operators();

bool tweak_constant(Edit& edit);

/// Takes a function, a statement or an expression of `donor` into the policy.
bool cross(Edit& edit, const Policy& donor);

}  // namespace assay::evolve::mutate
