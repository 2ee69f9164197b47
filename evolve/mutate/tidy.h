#pragma once
// Makes a policy as provable and as short as its ranges allow, without changing what it means where it was defined.
//
//  - arithmetic that may leave i64 becomes the total function of the abi; where it cannot, the plain operator;
//  - an array index, a value given back and a value kept in a state field are clamped where they may leave their range;
//  - constant conditions, neutral elements, unreachable statements and unused locals go.

#include "evolve/mutate/scope.h"

namespace assay::evolve::mutate {

void tidy(Policy& policy, const tasks::Contract& contract);

/// For tests: one expression in a scope.
void tidy(Expr& expr, const Scope& scope);

}  // namespace assay::evolve::mutate
