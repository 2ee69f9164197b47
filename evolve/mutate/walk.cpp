#include "evolve/mutate/walk.h"

namespace assay::evolve::mutate {
namespace {

class Walker {
 public:
  explicit Walker(Visitor& visitor) : visitor_(visitor) {}

  void list(std::vector<Stmt>& body, Scope scope) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      visitor_.gap(body, i, scope);
      visitor_.statement(body[i], scope);
      step(body[i], scope);
    }
    visitor_.gap(body, body.size(), scope);
  }

 private:
  void step(Stmt& s, Scope& scope) {
    switch (s.kind) {
      case StmtKind::declare: return declare(s, scope);
      case StmtKind::assign: return assign(s, scope);
      case StmtKind::branch: return branch(s, scope);
      case StmtKind::loop: return loop(s, scope);
      case StmtKind::block:
        list(s.body, scope);
        return scope.forget_assigned(s.body);
      case StmtKind::give_back:
        if (!s.exprs.empty()) visitor_.expression(s.exprs[0], Role::returned, s, scope);
        return;
      case StmtKind::call:
        visitor_.expression(s.exprs[0], Role::argument, s, scope);
        return scope.facts.clear();
      case StmtKind::stop:
      case StmtKind::skip: return;
    }
  }

  void declare(Stmt& s, Scope& scope) {
    visitor_.expression(s.exprs[0], Role::initial, s, scope);
    Interval range = range_of(s.exprs[0], scope);
    scope.variables.push_back({s.text, s.type, !s.is_const, s.is_const ? range : Interval{}});
    if (!s.is_const) scope.learn(s.text, range);
  }

  void assign(Stmt& s, Scope& scope) {
    visitor_.expression(s.exprs[1], Role::assigned, s, scope);
    Interval range = range_of(s.exprs[1], scope);
    std::vector<Stmt> one = {s};
    scope.forget_assigned(one);
    std::string path = path_of(s.exprs[0]);
    if (s.text == "=" && !path.empty()) scope.learn(path, range);
  }

  void branch(Stmt& s, Scope& scope) {
    visitor_.expression(s.exprs[0], Role::condition, s, scope);
    Scope yes = scope, no = scope;
    refine(yes, s.exprs[0], true);
    refine(no, s.exprs[0], false);
    list(s.body, yes);
    list(s.other, no);
    if (always_leaves(s.body)) refine(scope, s.exprs[0], false);
    else scope.forget_assigned(s.body);
    scope.forget_assigned(s.other);
  }

  void loop(Stmt& s, Scope& scope) {
    Scope inner = scope;
    inner.forget_assigned(s.body);
    const Stmt& first = s.header[0];
    Interval start = range_of(first.exprs[0], inner), bound;
    const Expr& stop = s.exprs[0];
    if (stop.kind == ExprKind::binary && stop.children[0].kind == ExprKind::name && stop.children[0].text == first.text) {
      bound = range_of(stop.children[1], inner);
      if (stop.text == "<" || stop.text == "<=") start.high = stop.text == "<" ? bound.high - (bound.high > kLowest) : bound.high;
      else start = Interval{};
    } else {
      start = Interval{};
    }
    inner.variables.push_back({first.text, "i64", false, start.low <= start.high ? start : Interval{}});
    list(s.body, inner);
    scope.forget_assigned(s.body);
  }

  Visitor& visitor_;
};

}  // namespace

void walk(std::vector<Stmt>& body, Scope scope, Visitor& visitor) { Walker(visitor).list(body, std::move(scope)); }

}  // namespace assay::evolve::mutate
