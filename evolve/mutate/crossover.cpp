// Crossover: what one policy takes from another of the same contract.

#include <algorithm>
#include <map>
#include <set>

#include "evolve/mutate/operators.h"
#include "evolve/mutate/sites.h"

namespace assay::evolve::mutate {
namespace {

using Renaming = std::map<std::string, std::string>;

void rename(Expr& expr, const Renaming& names) {
  if (expr.kind == ExprKind::name)
    if (auto found = names.find(expr.text); found != names.end()) expr.text = found->second;
  for (Expr& child : expr.children) rename(child, names);
}

void rename(std::vector<Stmt>& body, const Renaming& names) {
  for (Stmt& s : body) {
    for (Expr& expr : s.exprs) rename(expr, names);
    rename(s.header, names);
    rename(s.body, names);
    rename(s.other, names);
  }
}

/// The donor's parameters by the names that they have here.
Renaming parameters(const PolicyFunction& donor, const PolicyFunction& mine) {
  Renaming names;
  for (std::size_t i = 0; i < std::min(donor.parameters.size(), mine.parameters.size()); ++i)
    names[donor.parameters[i].name] = mine.parameters[i].name;
  return names;
}

void calls(const Expr& expr, std::set<std::string>& names) {
  if (expr.kind == ExprKind::call) names.insert(expr.text);
  for (const Expr& child : expr.children) calls(child, names);
}

void calls(const std::vector<Stmt>& body, std::set<std::string>& names) {
  for (const Stmt& s : body) {
    for (const Expr& expr : s.exprs) calls(expr, names);
    calls(s.header, names);
    calls(s.body, names);
    calls(s.other, names);
  }
}

/// Brings the donor's helpers that the policy now calls. False when a different one has the name already.
bool bring_helpers(Policy& policy, const Policy& donor) {
  std::set<std::string> called;
  for (const PolicyFunction& function : policy.functions) calls(function.body, called);
  for (auto f = donor.functions.rbegin(); f != donor.functions.rend(); ++f)
    if (f->is_helper && called.contains(f->name)) calls(f->body, called);
  std::vector<PolicyFunction> brought;
  for (const PolicyFunction& function : donor.functions) {
    if (!function.is_helper || !called.contains(function.name)) continue;
    const PolicyFunction* mine = policy.function(function.name);
    if (!mine) brought.push_back(function);
    else if (!same(mine->body, function.body)) return false;
  }
  policy.functions.insert(policy.functions.begin(), brought.begin(), brought.end());
  return true;
}

bool take_function(Edit& edit, const Policy& donor, std::size_t index) {
  const PolicyFunction* theirs = donor.function(edit.policy.functions[index].name);
  if (!theirs || same(theirs->body, edit.policy.functions[index].body)) return false;
  edit.policy.functions[index] = *theirs;
  return true;
}

bool take_expression(Edit& edit, const Policy& donor, std::size_t index) {
  PolicyFunction& mine = edit.policy.functions[index];
  const PolicyFunction* theirs = donor.function(mine.name);
  if (!theirs) return false;
  Policy copy = donor;  // sites point into a policy that may be changed
  Sites from(copy, static_cast<std::size_t>(theirs - donor.functions.data()), edit.contract);
  Sites to(edit.policy, index, edit.contract);
  if (from.exprs.empty() || to.exprs.empty()) return false;
  const ExprSite& place = edit.random.pick(to.exprs);
  std::vector<const ExprSite*> able;
  for (const ExprSite& site : from.exprs)
    if (site.expr->type == place.expr->type && (site.role == Role::returned) == (place.role == Role::returned)) able.push_back(&site);
  if (able.empty()) return false;
  Expr taken = *edit.random.pick(able)->expr;
  rename(taken, parameters(*theirs, mine));
  if (same(taken, *place.expr)) return false;
  *place.expr = std::move(taken);
  return true;
}

bool take_statement(Edit& edit, const Policy& donor, std::size_t index) {
  PolicyFunction& mine = edit.policy.functions[index];
  const PolicyFunction* theirs = donor.function(mine.name);
  if (!theirs) return false;
  Policy copy = donor;
  Sites from(copy, static_cast<std::size_t>(theirs - donor.functions.data()), edit.contract);
  Sites to(edit.policy, index, edit.contract);
  if (from.statements.empty() || to.gaps.empty()) return false;
  const StmtSite& source = edit.random.pick(from.statements);
  std::vector<Stmt> taken = {(*source.list)[source.position]};
  if (taken[0].kind == StmtKind::give_back) return false;
  rename(taken, parameters(*theirs, mine));
  const StmtSite& gap = edit.random.pick(to.gaps);
  gap.list->insert(gap.list->begin() + static_cast<std::ptrdiff_t>(gap.position), std::move(taken[0]));
  return true;
}

}  // namespace

bool cross(Edit& edit, const Policy& donor) {
  std::size_t index = static_cast<std::size_t>(edit.random.below(edit.policy.functions.size()));
  double choice = edit.random.unit();
  bool taken = edit.policy.functions.size() > 1 && choice < 0.5 ? take_function(edit, donor, index)
               : choice < 0.8                                  ? take_expression(edit, donor, index)
                                                               : take_statement(edit, donor, index);
  return taken && bring_helpers(edit.policy, donor);
}

}  // namespace assay::evolve::mutate
