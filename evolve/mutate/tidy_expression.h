#pragma once
// The expression half of tidying. Internal to evolve/mutate.

#include "evolve/mutate/scope.h"

namespace assay::evolve::mutate {

/// Clamps `expr` on the sides where it may leave `range`.
void keep_within(Expr& expr, const Interval& range, const Scope& scope);

/// A comparison is turned, a double negation goes.
Expr negation(Expr expr);

}  // namespace assay::evolve::mutate
