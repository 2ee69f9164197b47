#include "evolve/mutate/tidy_expression.h"

#include <algorithm>
#include <array>

#include "evolve/mutate/tidy.h"

namespace assay::evolve::mutate {
namespace {

struct Total {
  std::string_view op, function;
};
constexpr std::array kTotal = {Total{"+", "sat_add"}, Total{"-", "sat_sub"}, Total{"*", "sat_mul"}, Total{"/", "safe_div"},
                               Total{"%", "safe_mod"}};

std::string total_of(std::string_view op) {
  for (const Total& total : kTotal)
    if (total.op == op) return std::string(total.function);
  return "";
}
std::string plain_of(std::string_view function) {
  for (const Total& total : kTotal)
    if (total.function == function) return std::string(total.op);
  return "";
}

/// The plain operator has no undefined input here.
bool is_safe(std::string_view op, const Interval& a, const Interval& b) {
  Interval result;
  if (op == "+" || op == "-" || op == "*") return fits(op, a, b, result);
  return !b.holds(0) && !(b.holds(-1) && a.holds(kLowest));
}

std::int64_t arithmetic(std::string_view op, std::int64_t a, std::int64_t b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  return op == "/" ? a / b : a % b;
}

bool is_integer(const Expr& expr, std::int64_t value) { return expr.kind == ExprKind::integer && expr.value == value; }
bool is_boolean(const Expr& expr, bool value) { return expr.kind == ExprKind::boolean && (expr.value != 0) == value; }

/// A constant of the contract where its value has one name and is no small number, else a literal.
Expr number(std::int64_t value, const tasks::Contract& contract) {
  const tasks::Constant* named = nullptr;
  int names = 0;
  for (const auto& constant : contract.constants)
    if (constant.value == value || (constant.value == -value && value < -64)) named = &constant, ++names;
  if (value > -64 && value < 64) return integer(value);
  if (names == 0) return integer(value);
  return named->value == value ? name(named->name) : unary("-", name(named->name));
}

void replace(Expr& expr, Expr by) {
  Expr kept = std::move(by);  // `by` may be a part of expr
  expr = std::move(kept);
}

void tidy_arithmetic(Expr& expr, const Scope& scope) {
  auto& c = expr.children;
  std::string op = expr.kind == ExprKind::call ? plain_of(expr.text) : expr.text;
  Interval a = range_of(c[0], scope), b = range_of(c[1], scope);
  bool safe = is_safe(op, a, b);
  if (safe && c[0].kind == ExprKind::integer && c[1].kind == ExprKind::integer)
    return replace(expr, integer(arithmetic(op, c[0].value, c[1].value)));
  if ((op == "+" || op == "-") && is_integer(c[1], 0)) return replace(expr, Expr(c[0]));
  if (op == "+" && is_integer(c[0], 0)) return replace(expr, Expr(c[1]));
  if ((op == "*" || op == "/") && is_integer(c[1], 1)) return replace(expr, Expr(c[0]));
  if (op == "*" && is_integer(c[0], 1)) return replace(expr, Expr(c[1]));
  if (op == "*" && (is_integer(c[0], 0) || is_integer(c[1], 0))) return replace(expr, integer(0));
  if ((op == "/" || op == "%") && is_integer(c[1], 0)) return replace(expr, integer(0));
  if (op == "-" && same(c[0], c[1])) return replace(expr, integer(0));
  if (op == "+" && c[1].kind == ExprKind::integer && c[1].value < 0 && c[1].value != kLowest && safe) {
    op = "-";
    c[1].value = -c[1].value;
  }
  expr.kind = safe ? ExprKind::binary : ExprKind::call;
  expr.text = safe ? op : total_of(op);
}

void tidy_logic(Expr& expr) {
  auto& c = expr.children;
  bool neutral = expr.text == "&&";
  if (is_boolean(c[0], neutral) || same(c[0], c[1])) return replace(expr, Expr(c[1]));
  if (is_boolean(c[1], neutral)) return replace(expr, Expr(c[0]));
  if (is_boolean(c[0], !neutral) || is_boolean(c[1], !neutral)) replace(expr, boolean(!neutral));
}

void tidy_comparison(Expr& expr, const Scope& scope) {
  auto& c = expr.children;
  if (c[0].type != "i64" || c[1].type != "i64") return;
  std::string op = expr.text;
  Interval a = range_of(c[0], scope), b = range_of(c[1], scope);
  if (same(c[0], c[1])) return replace(expr, boolean(op == "<=" || op == ">=" || op == "=="));
  bool always = (op == "<" && a.high < b.low) || (op == "<=" && a.high <= b.low) || (op == ">" && a.low > b.high) ||
                (op == ">=" && a.low >= b.high) || (op == "!=" && (a.high < b.low || a.low > b.high)) ||
                (op == "==" && a.is_point() && a == b);
  bool never = (op == "<" && a.low >= b.high) || (op == "<=" && a.low > b.high) || (op == ">" && a.high <= b.low) ||
               (op == ">=" && a.high < b.low) || (op == "==" && (a.high < b.low || a.low > b.high)) ||
               (op == "!=" && a.is_point() && a == b);
  if (always || never) return replace(expr, boolean(always));
  if (c[0].kind == ExprKind::integer && c[1].kind != ExprKind::integer) {
    std::swap(c[0], c[1]);
    expr.text = op == "<" ? ">" : op == "<=" ? ">=" : op == ">" ? "<" : op == ">=" ? "<=" : op;
  }
}

void tidy_bounds(Expr& expr, const Scope& scope) {
  auto& c = expr.children;
  Interval a = range_of(c[0], scope), b = range_of(c[1], scope);
  if (expr.text == "clamp") {
    Interval d = range_of(c[2], scope);
    if (!(b.is_point() && d.is_point() && b.low <= d.low)) return;
    if (a.within({b.low, d.low})) return replace(expr, Expr(c[0]));
    if (a.high <= b.low) return replace(expr, Expr(c[1]));
    if (a.low >= d.low) return replace(expr, Expr(c[2]));
    return;
  }
  bool least = expr.text == "min";
  if (same(c[0], c[1]) || (least ? a.high <= b.low : a.low >= b.high)) return replace(expr, Expr(c[0]));
  if (least ? b.high <= a.low : b.low >= a.high) replace(expr, Expr(c[1]));
}

void tidy_conditional(Expr& expr, const Scope& scope) {
  auto& c = expr.children;
  if (c[0].kind == ExprKind::boolean) return replace(expr, Expr(c[0].value ? c[1] : c[2]));
  if (same(c[1], c[2])) return replace(expr, Expr(c[1]));
  Interval a = range_of(c[1], scope), b = range_of(c[2], scope);
  if (expr.type == "bool" && is_boolean(c[1], true) && is_boolean(c[2], false)) return replace(expr, Expr(c[0]));
  if (expr.type == "i64" && a.is_point() && a == b) replace(expr, integer(a.low));
}

void tidy_unary(Expr& expr, const Scope& scope) {
  Expr& operand = expr.children[0];
  if (expr.text == "!") return replace(expr, negation(Expr(operand)));
  if (expr.text != "-") return;
  if (operand.kind == ExprKind::integer && operand.value != kLowest) return replace(expr, integer(-operand.value));
  if (operand.kind == ExprKind::unary && operand.text == "-" && range_of(operand.children[0], scope).low != kLowest)
    return replace(expr, Expr(operand.children[0]));
  if (range_of(operand, scope).holds(kLowest)) replace(expr, call("sat_sub", {integer(0), Expr(operand)}));
}

void tidy_index(Expr& expr, const Scope& scope) {
  const tasks::Field* field = field_of(expr, *scope.contract);
  if (field && field->array_length) keep_within(expr.children[1], {0, std::int64_t{field->array_length} - 1}, scope);
}

void tidy_shift(Expr& expr, const Scope& scope) {
  if (!range_of(expr.children[1], scope).within({0, 62})) keep_within(expr.children[1], {0, 62}, scope);
}

void tidy_children(Expr& expr, const Scope& scope) {
  bool splits = expr.kind == ExprKind::conditional || (expr.kind == ExprKind::binary && (expr.text == "&&" || expr.text == "||"));
  for (std::size_t i = 0; i < expr.children.size(); ++i) {
    if (expr.kind == ExprKind::index && i == 0) continue;
    if (expr.kind == ExprKind::field) continue;
    if (!splits || i == 0) {
      tidy(expr.children[i], scope);
      continue;
    }
    Scope inner = scope;
    refine(inner, expr.children[0], expr.kind == ExprKind::conditional ? i == 1 : expr.text == "&&");
    tidy(expr.children[i], inner);
  }
}

}  // namespace

Expr negation(Expr expr) {
  if (expr.kind == ExprKind::boolean) return boolean(!expr.value);
  if (expr.kind == ExprKind::unary && expr.text == "!") return Expr(expr.children[0]);
  if (expr.kind == ExprKind::binary && is_comparison(expr.text)) {
    const std::string& op = expr.text;
    expr.text = op == "<" ? ">=" : op == "<=" ? ">" : op == ">" ? "<=" : op == ">=" ? "<" : op == "==" ? "!=" : "==";
    return expr;
  }
  return unary("!", std::move(expr));
}

void keep_within(Expr& expr, const Interval& range, const Scope& scope) {
  Interval now = range_of(expr, scope);
  if (now.within(range)) return;
  if (expr.kind == ExprKind::integer) return replace(expr, number(std::clamp(expr.value, range.low, range.high), *scope.contract));
  bool low = now.low < range.low, high = now.high > range.high;
  Expr inner = std::move(expr);
  if (low && high)
    expr = call("clamp", {std::move(inner), number(range.low, *scope.contract), number(range.high, *scope.contract)});
  else if (low) expr = call("max", {std::move(inner), number(range.low, *scope.contract)});
  else expr = call("min", {std::move(inner), number(range.high, *scope.contract)});
}

void tidy(Expr& expr, const Scope& scope) {
  tidy_children(expr, scope);
  if (expr.kind == ExprKind::index) return tidy_index(expr, scope);
  if (expr.kind == ExprKind::unary) return tidy_unary(expr, scope);
  if (expr.kind == ExprKind::conditional) return tidy_conditional(expr, scope);
  if (expr.kind == ExprKind::call && !plain_of(expr.text).empty() && expr.children.size() == 2) return tidy_arithmetic(expr, scope);
  if (expr.kind == ExprKind::call && (expr.text == "min" || expr.text == "max" || expr.text == "clamp")) return tidy_bounds(expr, scope);
  if (expr.kind != ExprKind::binary) return;
  if (!total_of(expr.text).empty()) return tidy_arithmetic(expr, scope);
  if (expr.text == "&&" || expr.text == "||") return tidy_logic(expr);
  if (expr.text == "<<" || expr.text == ">>") return tidy_shift(expr, scope);
  if (is_comparison(expr.text)) tidy_comparison(expr, scope);
}

}  // namespace assay::evolve::mutate
