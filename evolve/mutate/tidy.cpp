#include "evolve/mutate/tidy.h"

#include <algorithm>
#include <set>

#include "evolve/mutate/tidy_expression.h"
#include "evolve/mutate/walk.h"

namespace assay::evolve::mutate {
namespace {

class Tidying final : public Visitor {
 public:
  Tidying(const tasks::Contract& contract, const PolicyFunction& function) : contract_(contract) {
    if (const tasks::Function* declared = contract.function(function.name); declared && !function.is_helper)
      returns_ = Interval{declared->min, declared->max};
  }

  void statement(Stmt& s, const Scope& scope) override {
    if (s.kind != StmtKind::assign || s.text == "=") return;
    Expr value = binary(s.text.substr(0, s.text.size() - 1), s.exprs[0], s.exprs[1]);
    mutate::tidy(value, scope);
    bool plain = value.kind == ExprKind::binary && range_of(value, scope).within(range_of_target(s.exprs[0]));
    if (plain) return;
    s.text = "=";
    s.exprs[1] = std::move(value);
  }

  void expression(Expr& expr, Role role, Stmt& s, const Scope& scope) override {
    mutate::tidy(expr, scope);
    if (expr.type != "i64") return;
    if (role == Role::returned && returns_) keep_within(expr, *returns_, scope);
    if (role == Role::assigned && s.text == "=") keep_within(expr, range_of_target(s.exprs[0]), scope);
  }

 private:
  Interval range_of_target(const Expr& target) const {
    const tasks::Field* field = field_of(target, contract_);
    return field ? Interval{field->min, field->max} : Interval{};
  }

  const tasks::Contract& contract_;
  std::optional<Interval> returns_;
};

void names_read(const Expr& expr, std::set<std::string>& names) {
  if (expr.kind == ExprKind::name) names.insert(expr.text);
  for (const Expr& child : expr.children) names_read(child, names);
}

void names_read(const std::vector<Stmt>& body, std::set<std::string>& names) {
  for (const Stmt& s : body) {
    for (const Expr& expr : s.exprs) names_read(expr, names);
    names_read(s.header, names);
    names_read(s.body, names);
    names_read(s.other, names);
  }
}

bool declares(const std::vector<Stmt>& body) {
  return std::ranges::any_of(body, [](const Stmt& s) { return s.kind == StmtKind::declare; });
}

/// Puts what a branch on a constant does in its place, drops empty branches and what cannot be reached.
void prune(std::vector<Stmt>& body) {
  std::vector<Stmt> kept;
  for (Stmt& s : body) {
    prune(s.body);
    prune(s.other);
    if (s.other.empty()) s.has_other = false;
    bool constant = s.kind == StmtKind::branch && s.exprs[0].kind == ExprKind::boolean;
    bool empty = s.body.empty() && s.other.empty() && (s.kind == StmtKind::branch || s.kind == StmtKind::block);
    if (empty || (s.kind == StmtKind::loop && s.body.empty())) continue;
    if (s.kind == StmtKind::branch && s.body.empty()) {
      s.exprs[0] = negation(std::move(s.exprs[0]));
      s.body = std::move(s.other);
      s.has_other = false;
      s.other.clear();
    } else if (constant || (s.kind == StmtKind::branch && s.has_other && same(s.body, s.other))) {
      std::vector<Stmt> taken = constant && !s.exprs[0].value ? std::move(s.other) : std::move(s.body);
      if (!declares(taken)) {
        std::ranges::move(taken, std::back_inserter(kept));
        if (always_leaves(kept)) break;
        continue;
      }
      s = Stmt{};
      s.body = std::move(taken);
    }
    kept.push_back(std::move(s));
    if (always_leaves(kept)) break;
  }
  body = std::move(kept);
}

bool drop_unused(std::vector<Stmt>& body, const std::set<std::string>& read) {
  bool dropped = std::erase_if(body, [&](const Stmt& s) { return s.kind == StmtKind::declare && !read.contains(s.text); }) > 0;
  for (Stmt& s : body) {
    dropped |= drop_unused(s.body, read);
    dropped |= drop_unused(s.other, read);
  }
  return dropped;
}

}  // namespace

void tidy(Policy& policy, const tasks::Contract& contract) {
  for (std::size_t i = 0; i < policy.functions.size(); ++i) {
    PolicyFunction& function = policy.functions[i];
    for (int round = 0; round < 3; ++round) {
      Tidying tidying(contract, function);
      walk(function.body, scope_of(contract, policy, i), tidying);
      prune(function.body);
      std::set<std::string> read;
      names_read(function.body, read);
      bool dropped = drop_unused(function.body, read);
      if (!dropped && round > 0) break;
    }
  }
}

}  // namespace assay::evolve::mutate
