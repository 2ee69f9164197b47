#pragma once
// Small mistakes in a policy, one at a time: a clamp dropped, a bound moved by one, a guard flipped. Most make a safe policy
// unsafe, some change nothing that matters: running it decides, not the mutator.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "verify/ast.h"

namespace assay::verify {

/// The variants of one node, in a fixed order. Each keeps the node's type.
inline std::vector<std::pair<std::string, Expr>> mistakes_in(const Expr& expr) {
  std::vector<std::pair<std::string, Expr>> out;
  auto add = [&](std::string what, Expr changed) { out.emplace_back(std::move(what), std::move(changed)); };
  auto with_text = [&](const char* text) {
    Expr changed = expr;
    changed.text = text;
    return changed;
  };
  if (expr.kind == ExprKind::call) {
    static const std::map<std::string, const char*> kTotal{{"sat_add", "+"}, {"sat_sub", "-"}, {"sat_mul", "*"}, {"safe_div", "/"}, {"safe_mod", "%"}};
    if (expr.text == "clamp" || expr.text == "min" || expr.text == "max" || expr.text == "abs") add("drop " + expr.text, expr.children[0]);
    if (expr.text == "min") add("max for min", with_text("max"));
    if (expr.text == "max") add("min for max", with_text("min"));
    if (auto total = kTotal.find(expr.text); total != kTotal.end()) {
      Expr changed = with_text(total->second);
      changed.kind = ExprKind::binary;
      add("drop the saturation", std::move(changed));
    }
  }
  if (expr.kind == ExprKind::integer) {
    for (int step : {1, -1}) {
      if (expr.value == (step > 0 ? INT64_MAX : INT64_MIN)) continue;
      Expr changed = expr;
      changed.value += step;
      add(step > 0 ? "constant + 1" : "constant - 1", std::move(changed));
    }
  }
  if (expr.kind == ExprKind::binary) {
    static const std::map<std::string, std::vector<const char*>> kOther{
        {"<", {"<=", ">="}}, {"<=", {"<", ">"}}, {">", {">=", "<="}}, {">=", {">", "<"}}, {"==", {"!="}}, {"!=", {"=="}},
        {"&&", {"||"}},      {"||", {"&&"}},     {"+", {"-"}},        {"-", {"+"}},       {"%", {"/"}},   {"&", {"|"}},
        {">>", {"<<"}}};
    if (auto other = kOther.find(expr.text); other != kOther.end())
      for (const char* text : other->second) add(std::string(text) + " for " + expr.text, with_text(text));
  }
  if (expr.kind == ExprKind::conditional && expr.type != "bool") {
    Expr changed = expr;
    std::swap(changed.children[1], changed.children[2]);
    add("swap the choices", std::move(changed));
  }
  return out;
}

/// Visits every expression in the order of the text, mutably. Targets of assignments stay as they are, but for their indices.
class Expressions {
 public:
  explicit Expressions(std::function<void(Expr&)> visit) : visit_(std::move(visit)) {}
  void all(Policy& policy) {
    for (PolicyFunction& function : policy.functions) all(function.body);
  }

 private:
  void all(std::vector<Stmt>& statements) {
    for (Stmt& each : statements) {
      all(each.header);
      for (std::size_t i = 0; i < each.exprs.size(); ++i)
        if (each.kind == StmtKind::assign && i == 0) below(each.exprs[i]);
        else expression(each.exprs[i]);
      all(each.body);
      all(each.other);
    }
  }
  void expression(Expr& expr) {
    below(expr);
    visit_(expr);  // last: what it puts in place is not visited again
  }
  void below(Expr& expr) {
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
      const bool is_record = expr.kind == ExprKind::field || (expr.kind == ExprKind::index && i == 0);
      if (is_record) below(expr.children[i]);
      else expression(expr.children[i]);
    }
  }
  std::function<void(Expr&)> visit_;
};

struct SubjectMutant {
  std::string what;
  Policy policy;
};

/// Every policy that is one mistake away. Some are not in the language: verify::check says which.
inline std::vector<SubjectMutant> mutants_of(const Policy& policy) {
  std::vector<SubjectMutant> out;
  Policy counted = policy;
  std::size_t sites = 0;
  Expressions([&](Expr&) { ++sites; }).all(counted);
  for (std::size_t site = 0; site < sites; ++site) {
    for (std::size_t variant = 0;; ++variant) {
      SubjectMutant mutant{"", policy};
      std::size_t at = 0;
      Expressions([&](Expr& expr) {
        if (at++ != site) return;
        auto mistakes = mistakes_in(expr);
        if (variant >= mistakes.size()) return;
        mutant.what = mistakes[variant].first;
        Expr changed = std::move(mistakes[variant].second);
        expr = std::move(changed);
      }).all(mutant.policy);
      if (mutant.what.empty()) break;
      out.push_back(std::move(mutant));
    }
  }
  return out;
}

}  // namespace assay::verify
