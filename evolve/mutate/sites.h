#pragma once
// Every place of one function where a mutation can act, with the scope there. Internal to evolve/mutate.
// Pointers hold until the first change: one collection per mutation.

#include <deque>

#include "evolve/mutate/walk.h"

namespace assay::evolve::mutate {

struct ExprSite {
  Expr* expr;
  const Scope* scope;
  Role role;
  bool is_whole;  ///< not a part of a larger expression
};

struct StmtSite {
  std::vector<Stmt>* list;
  std::size_t position;
  const Scope* scope;
};

class Sites final : public Visitor {
 public:
  Sites(Policy& policy, std::size_t function, const tasks::Contract& contract) {
    walk(policy.functions[function].body, scope_of(contract, policy, function), *this);
  }

  std::vector<ExprSite> exprs;     ///< scalars only
  std::vector<StmtSite> gaps;      ///< where a statement may be put in
  std::vector<StmtSite> statements;

  void expression(Expr& expr, Role role, Stmt&, const Scope& scope) override { add(expr, role, keep(scope), true); }
  void gap(std::vector<Stmt>& list, std::size_t position, const Scope& scope) override {
    const Scope* kept = keep(scope);
    gaps.push_back({&list, position, kept});
    if (position < list.size()) statements.push_back({&list, position, kept});
  }

 private:
  const Scope* keep(const Scope& scope) {
    scopes_.push_back(scope);
    return &scopes_.back();
  }

  void add(Expr& expr, Role role, const Scope* scope, bool is_whole) {
    if (!is_scalar(expr)) return;
    exprs.push_back({&expr, scope, role, is_whole});
    if (expr.kind == ExprKind::field || is_mark(expr)) return;
    if (expr.kind == ExprKind::index) return add(expr.children[1], role, scope, false);
    bool splits = expr.kind == ExprKind::conditional || expr.text == "&&" || expr.text == "||";
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
      const Scope* inner = scope;
      if (splits && i > 0) {
        scopes_.push_back(*scope);
        refine(scopes_.back(), expr.children[0], expr.kind == ExprKind::conditional ? i == 1 : expr.text == "&&");
        inner = &scopes_.back();
      }
      add(expr.children[i], role, inner, false);
    }
  }

  std::deque<Scope> scopes_;
};

}  // namespace assay::evolve::mutate
