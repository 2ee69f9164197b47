#pragma once
// One walk over a function's statements that knows, at each point, what is in scope and what is known of its values.
//
// Everything that needs a scope (tidying, choosing where to mutate) is a Visitor of this walk, so that there is one
// reading of the policy language's scoping.

#include "evolve/mutate/scope.h"

namespace assay::evolve::mutate {

/// Where an expression stands as a whole.
enum class Role : std::uint8_t {
  initial,    ///< declare
  assigned,   ///< the right side of an assignment
  condition,  ///< of a branch
  returned,
  argument,   ///< a call for its effect
};

class Visitor {
 public:
  virtual ~Visitor() = default;
  /// The statement's parts have not been visited yet. It may be changed, not moved.
  virtual void statement(Stmt&, const Scope&) {}
  /// `expr` may be changed in place. Loop headers and assignment targets are not visited.
  virtual void expression(Expr& expr, Role, Stmt& statement, const Scope&) = 0;
  /// Between two statements of `list`, before list[position]; also at the end.
  virtual void gap(std::vector<Stmt>& /*list*/, std::size_t /*position*/, const Scope&) {}
};

void walk(std::vector<Stmt>& body, Scope scope, Visitor& visitor);

}  // namespace assay::evolve::mutate
