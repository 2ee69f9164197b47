#include "evolve/mutate/scope.h"

#include <algorithm>
#include <bit>

namespace assay::evolve::mutate {
namespace {

using Wide = __int128;

Interval clip(Wide low, Wide high) {
  return {static_cast<std::int64_t>(std::clamp<Wide>(low, kLowest, kHighest)),
          static_cast<std::int64_t>(std::clamp<Wide>(high, kLowest, kHighest))};
}

/// The exact range, before any saturation.
std::pair<Wide, Wide> wide(std::string_view op, const Interval& a, const Interval& b) {
  if (op == "+") return {Wide{a.low} + b.low, Wide{a.high} + b.high};
  if (op == "-") return {Wide{a.low} - b.high, Wide{a.high} - b.low};
  const Wide corners[] = {Wide{a.low} * b.low, Wide{a.low} * b.high, Wide{a.high} * b.low, Wide{a.high} * b.high};
  return {*std::ranges::min_element(corners), *std::ranges::max_element(corners)};
}

Interval saturated(std::string_view op, const Interval& a, const Interval& b) {
  auto [low, high] = wide(op, a, b);
  return clip(low, high);
}

Interval quotient(const Interval& a, const Interval& b) {
  if (b.low <= 0) return b.low < 0 ? Interval{} : join({0, 0}, quotient(a, {1, std::max<std::int64_t>(1, b.high)}));
  const std::int64_t corners[] = {a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high};
  return {*std::ranges::min_element(corners), *std::ranges::max_element(corners)};
}

Interval remainder(const Interval& a, const Interval& b) {
  if (b.low <= kLowest + 1) return {};
  std::int64_t most = std::max(std::abs(b.low), std::abs(b.high)) - (b.low == 0 && b.high == 0 ? 0 : 1);
  return {a.low >= 0 ? 0 : -most, a.high <= 0 ? 0 : most};
}

Interval bits(std::string_view op, const Interval& a, const Interval& b) {
  if (op == "&" && (a.low >= 0 || b.low >= 0))
    return {0, a.low < 0 ? b.high : b.low < 0 ? a.high : std::min(a.high, b.high)};
  if (a.low < 0 || b.low < 0) return {};
  auto top = static_cast<std::uint64_t>(a.high | b.high);
  return {0, static_cast<std::int64_t>((std::bit_ceil(top | 1) - 1) | top)};
}

Interval range_of_binary(const Expr& expr, const Scope& scope) {
  Interval a = range_of(expr.children[0], scope), b = range_of(expr.children[1], scope), result;
  const std::string& op = expr.text;
  if (expr.type == "bool") return {0, 1};
  if (op == "+" || op == "-" || op == "*") return fits(op, a, b, result) ? result : Interval{};
  if (op == "/") return quotient(a, b);
  if (op == "%") return remainder(a, b);
  if (op == "&" || op == "|" || op == "^") return bits(op, a, b);
  if (op == ">>" && a.low >= 0) return {0, a.high};
  return {};
}

Interval range_of_call(const Expr& expr, const Scope& scope) {
  std::vector<Interval> of;
  for (const Expr& argument : expr.children) of.push_back(is_scalar(argument) ? range_of(argument, scope) : Interval{});
  const std::string& f = expr.text;
  if (f == "min" && of.size() == 2) return {std::min(of[0].low, of[1].low), std::min(of[0].high, of[1].high)};
  if (f == "max" && of.size() == 2) return {std::max(of[0].low, of[1].low), std::max(of[0].high, of[1].high)};
  if (f == "clamp" && of.size() == 3) {
    Interval least{std::max(of[0].low, of[1].low), std::max(of[0].high, of[1].high)};
    return {std::min(least.low, of[2].low), std::min(least.high, of[2].high)};
  }
  if (f == "abs" && of.size() == 1) {
    auto size = [](std::int64_t v) { return v == kLowest ? kHighest : std::abs(v); };
    return {of[0].holds(0) ? 0 : std::min(size(of[0].low), size(of[0].high)), std::max(size(of[0].low), size(of[0].high))};
  }
  if (f == "sat_add" && of.size() == 2) return saturated("+", of[0], of[1]);
  if (f == "sat_sub" && of.size() == 2) return saturated("-", of[0], of[1]);
  if (f == "sat_mul" && of.size() == 2) return saturated("*", of[0], of[1]);
  if (f == "safe_div" && of.size() == 2) return quotient(of[0], of[1]);
  if (f == "safe_mod" && of.size() == 2) return remainder(of[0], of[1]);
  if (f == "tunable" && of.size() == 3) return {of[1].low, of[2].high};  // so that what is tidied stays tidy when it is tuned
  if (f == "log2_floor" && of.size() == 1)
    return {0, of[0].high < 1 ? 0 : 63 - std::countl_zero(static_cast<std::uint64_t>(of[0].high))};
  return expr.type == "bool" ? Interval{0, 1} : Interval{};
}

Interval declared(const Expr& expr, const Scope& scope) {
  if (expr.kind == ExprKind::name) {
    if (const Variable* variable = scope.variable(expr.text)) return variable->range;
    for (const auto& constant : scope.contract->constants)
      if (constant.name == expr.text) return {constant.value, constant.value};
    return {};
  }
  const tasks::Field* field = field_of(expr, *scope.contract);
  return field ? Interval{field->min, field->max} : Interval{};
}

bool calls_a_helper(const Expr& expr, const Scope& scope) {
  if (expr.kind == ExprKind::call)
    for (const PolicyFunction& function : scope.policy->functions)
      if (function.is_helper && function.name == expr.text) return true;
  return std::ranges::any_of(expr.children, [&](const Expr& child) { return calls_a_helper(child, scope); });
}

/// `path op other` holds: what that says about path.
Interval implied(std::string_view op, const Interval& other) {
  Interval range;
  if (op == "<") range.high = other.high == kLowest ? kLowest : other.high - 1;
  if (op == "<=") range.high = other.high;
  if (op == ">") range.low = other.low == kHighest ? kHighest : other.low + 1;
  if (op == ">=") range.low = other.low;
  if (op == "==") range = other;
  return range;
}

std::string_view turned(std::string_view op) { return op == "<" ? ">" : op == "<=" ? ">=" : op == ">" ? "<" : op == ">=" ? "<=" : op; }
std::string_view negated(std::string_view op) {
  return op == "<" ? ">=" : op == "<=" ? ">" : op == ">" ? "<=" : op == ">=" ? "<" : op == "==" ? "!=" : "==";
}

}  // namespace

Interval join(const Interval& a, const Interval& b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

bool fits(std::string_view op, const Interval& a, const Interval& b, Interval& result) {
  auto [low, high] = wide(op, a, b);
  result = clip(low, high);
  return low >= kLowest && high <= kHighest;
}

const Variable* Scope::variable(std::string_view name) const {
  auto found = std::find_if(variables.rbegin(), variables.rend(), [&](const Variable& v) { return v.name == name; });
  return found == variables.rend() ? nullptr : &*found;
}

void Scope::learn(const std::string& path, const Interval& range) {
  Interval& known = facts.try_emplace(path, Interval{}).first->second;
  Interval met{std::max(known.low, range.low), std::min(known.high, range.high)};
  if (met.low <= met.high) known = met;  // an empty meet: the code is dead, any range will do
}

void Scope::forget(const std::string& path) {
  std::string array = path.substr(0, path.find('['));
  std::erase_if(facts, [&](const auto& fact) {
    return fact.first == path || fact.first.starts_with(path + ".") || fact.first.starts_with(array + "[");
  });
}

void Scope::forget_assigned(const std::vector<Stmt>& statements) {
  for (const Stmt& s : statements) {
    for (const Expr& expr : s.exprs)
      if (calls_a_helper(expr, *this)) return facts.clear();
    if (s.kind == StmtKind::assign) {
      const Expr& target = s.exprs[0];
      std::string path = path_of(target);
      forget(path.empty() && target.kind == ExprKind::index ? path_of(target.children[0]) + "[" : path);
    }
    forget_assigned(s.header);
    forget_assigned(s.body);
    forget_assigned(s.other);
  }
}

Scope scope_of(const tasks::Contract& contract, const Policy& policy, std::size_t function) {
  Scope scope;
  scope.contract = &contract;
  scope.policy = &policy;
  scope.helpers = function;
  for (const auto& p : policy.functions[function].parameters)
    scope.variables.push_back({p.name, p.type, p.is_reference && !p.is_const, p.type == "bool" ? Interval{0, 1} : Interval{}});
  return scope;
}

const tasks::Field* field_of(const Expr& expr, const tasks::Contract& contract) {
  if (expr.kind == ExprKind::index) return field_of(expr.children[0], contract);
  if (expr.kind != ExprKind::field) return nullptr;
  const tasks::Record* record = contract.record(expr.children[0].type);
  return record ? record->field(expr.text) : nullptr;
}

Interval range_of(const Expr& expr, const Scope& scope) {
  switch (expr.kind) {
    case ExprKind::integer:
    case ExprKind::boolean: return {expr.value, expr.value};
    case ExprKind::unary: {
      if (expr.text == "!") return {0, 1};
      Interval result, of = range_of(expr.children[0], scope);
      return expr.text == "-" && fits("-", {0, 0}, of, result) ? result : Interval{};
    }
    case ExprKind::binary: return range_of_binary(expr, scope);
    case ExprKind::conditional: return join(range_of(expr.children[1], scope), range_of(expr.children[2], scope));
    case ExprKind::call: return range_of_call(expr, scope);
    case ExprKind::cast: return {0, 1};
    default: break;
  }
  Interval range = declared(expr, scope);
  auto fact = scope.facts.find(path_of(expr));
  if (fact == scope.facts.end()) return range;
  Interval met{std::max(range.low, fact->second.low), std::min(range.high, fact->second.high)};
  return met.low <= met.high ? met : range;
}

void refine(Scope& scope, const Expr& condition, bool truth) {
  const auto& c = condition.children;
  if (condition.kind == ExprKind::unary && condition.text == "!") return refine(scope, c[0], !truth);
  if (condition.kind != ExprKind::binary) return;
  if (condition.text == (truth ? "&&" : "||")) {
    refine(scope, c[0], truth);
    refine(scope, c[1], truth);
    return;
  }
  if (!is_comparison(condition.text)) return;
  std::string_view op = truth ? std::string_view(condition.text) : negated(condition.text);
  Interval left = range_of(c[0], scope), right = range_of(c[1], scope);
  if (std::string path = path_of(c[0]); !path.empty()) scope.learn(path, implied(op, right));
  if (std::string path = path_of(c[1]); !path.empty()) scope.learn(path, implied(turned(op), left));
}

}  // namespace assay::evolve::mutate
