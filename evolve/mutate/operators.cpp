#include "evolve/mutate/operators.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>

#include "evolve/mutate/grammar.h"
#include "evolve/mutate/sites.h"

namespace assay::evolve::mutate {
namespace {

/// A function of the policy with its sites and the contract's view of it.
struct Place {
  explicit Place(Edit& edit)
      : function(edit.random.below(edit.policy.functions.size())),
        declared(edit.policy.functions[function].is_helper ? nullptr : edit.contract.function(edit.policy.functions[function].name)),
        sites(edit.policy, function, edit.contract) {}
  Grammar grammar(const Scope& scope, Random& random) const { return Grammar(scope, declared, random); }
  std::size_t function;
  const tasks::Function* declared;
  Sites sites;
};

template <class Test>
const ExprSite* pick_site(Place& place, Random& random, Test test) {
  std::vector<const ExprSite*> able;
  for (const ExprSite& site : place.sites.exprs)
    if (test(site)) able.push_back(&site);
  return able.empty() ? nullptr : random.pick(able);
}

bool any_site(const ExprSite&) { return true; }

Expr fresh(Place& place, const ExprSite& site, Random& random, int depth) {
  Grammar grammar = place.grammar(*site.scope, random);
  bool is_answer = site.role == Role::returned && (site.is_whole || random.chance(0.5));
  if (is_answer && place.declared && site.expr->type == place.declared->return_type) return grammar.returned(depth);
  return grammar.of_type(site.expr->type, depth);
}

bool replace_expression(Edit& edit) {
  Place place(edit);
  const ExprSite* site = pick_site(place, edit.random, any_site);
  if (!site) return false;
  *site->expr = fresh(place, *site, edit.random, static_cast<int>(edit.random.between(0, 2)));
  return true;
}

bool replace_leaf(Edit& edit) {
  Place place(edit);
  auto is_leaf = [](const ExprSite& s) {
    return s.expr->kind == ExprKind::field || s.expr->kind == ExprKind::index || s.expr->kind == ExprKind::name;
  };
  const ExprSite* site = pick_site(place, edit.random, is_leaf);
  if (!site) return false;
  auto leaf = place.grammar(*site->scope, edit.random).leaf_like(*site->expr);
  if (!leaf || same(*leaf, *site->expr)) return false;
  *site->expr = std::move(*leaf);
  return true;
}

using Family = std::span<const std::string_view>;
constexpr std::string_view kComparisons[] = {"<", "<=", ">", ">=", "==", "!="};
constexpr std::string_view kLogical[] = {"&&", "||"};
constexpr std::string_view kPlain[] = {"+", "-", "*", "/"};
constexpr std::string_view kTotals[] = {"sat_add", "sat_sub", "sat_mul", "safe_div", "min", "max"};

Family family_of(const Expr& expr) {
  for (Family family : {Family(kComparisons), Family(kLogical), Family(kPlain)})
    if (expr.kind == ExprKind::binary && std::ranges::find(family, expr.text) != family.end()) return family;
  if (expr.kind == ExprKind::call && std::ranges::find(kTotals, expr.text) != std::end(kTotals)) return kTotals;
  return {};
}

bool change_operator(Edit& edit) {
  Place place(edit);
  const ExprSite* site = pick_site(place, edit.random, [](const ExprSite& s) { return !family_of(*s.expr).empty(); });
  if (!site) return false;
  if (edit.random.chance(0.15)) {
    std::swap(site->expr->children[0], site->expr->children[1]);
    return true;
  }
  auto family = family_of(*site->expr);
  std::string before = site->expr->text;
  site->expr->text = std::string(edit.random.pick(family));
  return site->expr->text != before;
}

bool wrap(Edit& edit) {
  Place place(edit);
  const ExprSite* site = pick_site(place, edit.random, any_site);
  if (!site) return false;
  Random& random = edit.random;
  Grammar grammar = place.grammar(*site->scope, random);
  Expr inner = std::move(*site->expr);
  Expr other = inner;  // a type and a shape for `fresh`
  *site->expr = std::move(other);
  other = fresh(place, *site, random, 1);
  if (random.chance(0.5)) *site->expr = conditional(grammar.truth(1), std::move(inner), std::move(other));
  else if (inner.type == "bool") *site->expr = binary(random.chance(0.5) ? "&&" : "||", std::move(inner), std::move(other));
  else *site->expr = call(std::string(random.pick(kTotals)), {std::move(inner), std::move(other)});
  return true;
}

void descendants(const Expr& expr, const std::string& type, std::vector<const Expr*>& found) {
  for (const Expr& child : expr.children) {
    if (child.type == type && is_scalar(child)) found.push_back(&child);
    if (expr.kind != ExprKind::field && expr.kind != ExprKind::index) descendants(child, type, found);
  }
}

bool hoist(Edit& edit) {
  Place place(edit);
  auto has_parts = [](const ExprSite& s) { return s.expr->kind != ExprKind::field && s.expr->kind != ExprKind::index && !s.expr->children.empty(); };
  const ExprSite* site = pick_site(place, edit.random, has_parts);
  if (!site) return false;
  std::vector<const Expr*> parts;
  descendants(*site->expr, site->expr->type, parts);
  if (parts.empty()) return false;
  Expr part = *edit.random.pick(parts);
  *site->expr = std::move(part);
  return true;
}

bool contains(const Expr& outer, const Expr* inner) {
  return &outer == inner || std::ranges::any_of(outer.children, [&](const Expr& child) { return contains(child, inner); });
}

bool swap_parts(Edit& edit) {
  Place place(edit);
  const ExprSite* one = pick_site(place, edit.random, any_site);
  if (!one) return false;
  auto apart = [&](const ExprSite& s) {
    return s.expr->type == one->expr->type && !contains(*s.expr, one->expr) && !contains(*one->expr, s.expr) && !same(*s.expr, *one->expr);
  };
  const ExprSite* two = pick_site(place, edit.random, apart);
  if (!two) return false;
  std::swap(*one->expr, *two->expr);
  return true;
}

bool insert_statement(Edit& edit) {
  Place place(edit);
  if (place.sites.gaps.empty()) return false;
  const StmtSite& gap = edit.random.pick(place.sites.gaps);
  auto statement = place.grammar(*gap.scope, edit.random).statement(2);
  if (!statement) return false;
  gap.list->insert(gap.list->begin() + static_cast<std::ptrdiff_t>(gap.position), std::move(*statement));
  return true;
}

bool remove_statement(Edit& edit) {
  Place place(edit);
  if (place.sites.statements.empty()) return false;
  const StmtSite& site = edit.random.pick(place.sites.statements);
  site.list->erase(site.list->begin() + static_cast<std::ptrdiff_t>(site.position));
  return true;
}

/// Puts a statement under a condition, or frees the body of one.
bool guard_statement(Edit& edit) {
  Place place(edit);
  if (place.sites.statements.empty()) return false;
  const StmtSite& site = edit.random.pick(place.sites.statements);
  Stmt& statement = (*site.list)[site.position];
  if (statement.kind == StmtKind::declare) return false;
  if (statement.kind == StmtKind::branch && edit.random.chance(0.4)) {
    statement.exprs[0] = boolean(edit.random.chance(0.5) || !statement.has_other);
    return true;
  }
  Stmt inner = std::move(statement);
  (*site.list)[site.position] = branch(place.grammar(*site.scope, edit.random).truth(2), {std::move(inner)});
  return true;
}

bool move_statement(Edit& edit) {
  Place place(edit);
  std::vector<const StmtSite*> able;
  for (const StmtSite& site : place.sites.statements)
    if (site.position + 1 < site.list->size()) able.push_back(&site);
  if (able.empty()) return false;
  const StmtSite& site = *edit.random.pick(able);
  std::swap((*site.list)[site.position], (*site.list)[site.position + 1]);
  return true;
}

std::int64_t stepped(std::int64_t value, Random& random) {
  switch (random.below(6)) {
    case 0: return value < kHighest ? value + 1 : value;
    case 1: return value > kLowest ? value - 1 : value;
    case 2: return value > kHighest / 2 || value < kLowest / 2 ? value : value * 2;
    case 3: return value / 2;
    default: break;
  }
  double factor = 1 + (random.chance(0.5) ? 1 : -1) * (0.02 + 0.4 * random.unit() * random.unit());
  double scaled = static_cast<double>(value) * factor;
  return scaled > -9e18 && scaled < 9e18 ? static_cast<std::int64_t>(scaled) : value;
}

constexpr Operator kOperators[] = {
    {"constant", 3.0, tweak_constant},       {"leaf", 2.0, replace_leaf},
    {"expression", 2.0, replace_expression}, {"operator", 1.0, change_operator},
    {"wrap", 1.5, wrap},                     {"hoist", 1.0, hoist},
    {"swap", 0.5, swap_parts},               {"insert", 2.0, insert_statement},
    {"remove", 1.0, remove_statement},       {"guard", 1.0, guard_statement},
    {"move", 0.5, move_statement},
};

}  // namespace

std::span<const Operator> operators() { return kOperators; }

bool tweak_constant(Edit& edit) {
  struct Literal {
    Expr* expr;
    Interval range;
  };
  std::vector<Literal> literals;
  std::deque<Sites> all;
  for (std::size_t i = 0; i < edit.policy.functions.size(); ++i) {
    all.emplace_back(edit.policy, i, edit.contract);
    for (const ExprSite& site : all.back().exprs)
      if (site.expr->kind == ExprKind::integer) literals.push_back({site.expr, {}});
      else if (is_mark(*site.expr)) literals.push_back({&site.expr->children[0], {site.expr->children[1].value, site.expr->children[2].value}});
  }
  if (literals.empty()) return false;
  auto [literal, range] = edit.random.pick(literals);
  std::int64_t before = literal->value;
  literal->value = std::clamp(stepped(before, edit.random), range.low, range.high);
  if (literal->value == before) literal->value += before < range.high ? 1 : before > range.low ? -1 : 0;
  return literal->value != before;
}

}  // namespace assay::evolve::mutate
