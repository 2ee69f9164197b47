#include "evolve/mutate/grammar.h"

#include <algorithm>
#include <bit>

namespace assay::evolve::mutate {
namespace {

constexpr std::uint64_t kFewValues = 64;  ///< an output range this small is a choice, not a number

std::string comparison_operator(Random& random) {
  static constexpr std::string_view kOperators[] = {"<", ">", "<", ">", "<=", ">=", "==", "!="};
  return std::string(random.pick(kOperators));
}

bool has_few_values(const tasks::Function& function) {
  const auto count = static_cast<std::uint64_t>(function.max) - static_cast<std::uint64_t>(function.min);  // the widest has 2^64 - 1
  return function.return_type == "i64" && count <= kFewValues;
}

}  // namespace

Grammar::Grammar(const Scope& scope, const tasks::Function* function, Random& random)
    : scope_(scope), function_(function), random_(random) {
  for (const Variable& v : scope.variables) {
    if (v.type == "bool") truths_.push_back(name(v.name, "bool"));
    else if (v.type == "i64") leaves_.push_back({name(v.name), v.range, "", "", 0, v.assignable});
    else add_record(name(v.name, v.type), v.type, v.assignable);
  }
}

void Grammar::add_record(const Expr& base, const std::string& record, bool assignable) {
  const tasks::Record* found = scope_.contract->record(record);
  if (!found) return;
  for (const tasks::Field& field : found->fields) add_field(base, field, assignable);
}

void Grammar::add_field(const Expr& base, const tasks::Field& field, bool assignable) {
  Expr expr{ExprKind::field, field.type, field.name, 0, {base}, {}};
  if (field.type == "bool" && !field.array_length) truths_.push_back(std::move(expr));
  else if (field.type == "i64")
    leaves_.push_back({std::move(expr), {field.min, field.max}, field.unit, base.type, field.array_length, assignable});
  else if (!field.array_length) add_record(expr, field.type, assignable);
}

const Grammar::Leaf* Grammar::pick_leaf() { return leaves_.empty() ? nullptr : &random_.pick(leaves_); }

const Grammar::Leaf* Grammar::pick_leaf_of(const Leaf& like) {
  std::vector<const Leaf*> akin;
  for (const Leaf& leaf : leaves_)
    if (&leaf != &like && !leaf.unit.empty() && leaf.unit == like.unit) akin.push_back(&leaf);
  return akin.empty() || random_.chance(0.2) ? pick_leaf() : random_.pick(akin);
}

Expr Grammar::use(const Leaf& leaf) {
  if (!leaf.array_length) return leaf.expr;
  Interval bounds{0, std::int64_t{leaf.array_length} - 1};
  Expr index = integer(random_.between(bounds.low, bounds.high));
  std::vector<const Leaf*> able;
  for (const Leaf& other : leaves_)
    if (!other.array_length && other.range.within(bounds)) able.push_back(&other);
  if (!able.empty() && random_.chance(0.3)) index = random_.pick(able)->expr;
  return {ExprKind::index, leaf.expr.type, "", 0, {leaf.expr, std::move(index)}, {}};
}

std::optional<Expr> Grammar::leaf(const std::string& type) {
  if (type == "bool") {
    if (truths_.empty()) return std::nullopt;
    return random_.pick(truths_);
  }
  const Leaf* found = pick_leaf();
  if (!found) return std::nullopt;
  return use(*found);
}

std::optional<Expr> Grammar::leaf_like(const Expr& like) {
  const Expr& named = like.kind == ExprKind::index ? like.children[0] : like;
  const tasks::Field* field = field_of(named, *scope_.contract);
  std::vector<const Leaf*> akin;
  for (const Leaf& leaf : leaves_)
    if (field && ((!field->unit.empty() && leaf.unit == field->unit) || leaf.record == named.children[0].type)) akin.push_back(&leaf);
  if (akin.empty() || random_.chance(0.15)) return leaf(like.type);
  return use(*random_.pick(akin));
}

std::int64_t Grammar::constant(const Interval& range) {
  std::int64_t low = std::max<std::int64_t>(range.low, -(1LL << 40)), high = std::min<std::int64_t>(range.high, 1LL << 40);
  if (low > high) return range.low;
  if (high - low <= 8) return random_.between(low, high);
  bool negative = high <= 0 || (low < 0 && random_.chance(0.3));
  auto most = static_cast<std::uint64_t>(negative ? -low : high);
  int bits = static_cast<int>(random_.below(std::min<std::uint64_t>(static_cast<std::uint64_t>(std::bit_width(most)), 24) + 1));
  std::int64_t size = bits == 0 ? 0 : random_.between(1LL << (bits - 1), (1LL << bits) - 1);
  static constexpr std::int64_t kRound[] = {1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256, 1000, 1024};
  if (random_.chance(0.3)) size = random_.pick(kRound);
  return std::clamp(negative ? -size : size, low, high);
}

Expr Grammar::scaled(const Leaf& leaf) {
  Expr expr = use(leaf);
  if (random_.chance(0.5)) return expr;
  std::int64_t factor = random_.between(2, random_.chance(0.3) ? 100 : 10);
  return call(random_.chance(0.5) ? "sat_mul" : "safe_div", {std::move(expr), integer(factor)});
}

Expr Grammar::comparison() {
  const Leaf* left = pick_leaf();
  if (!left) return boolean(random_.chance(0.5));
  if (random_.chance(0.45)) return binary(comparison_operator(random_), use(*left), integer(constant(left->range)));
  const Leaf* right = pick_leaf_of(*left);
  std::string op = random_.chance(0.5) ? "<" : ">";
  if (random_.chance(0.5)) return binary(op, use(*left), use(*right));
  return binary(op, scaled(*left), scaled(*right));
}

Expr Grammar::truth(int depth) {
  if (!truths_.empty() && random_.chance(0.2)) return random_.pick(truths_);
  if (depth <= 1 || random_.chance(0.7)) return comparison();
  if (random_.chance(0.3)) return binary(comparison_operator(random_), value(depth - 1), value(depth - 1));
  return binary(random_.chance(0.5) ? "&&" : "||", truth(depth - 1), truth(depth - 1));
}

Expr Grammar::arithmetic(int depth) {
  switch (random_.below(10)) {
    case 0:
    case 1: return call("sat_add", {value(depth - 1), value(depth - 1)});
    case 2:
    case 3: return call("sat_sub", {value(depth - 1), value(depth - 1)});
    case 4: return call("sat_mul", {value(depth - 1), random_.chance(0.7) ? integer(constant({1, 1024})) : value(depth - 1)});
    case 5: return call("safe_div", {call("sat_mul", {value(depth - 1), integer(constant({1, 1 << 16}))}), value(0)});
    case 6: return call("safe_div", {value(depth - 1), random_.chance(0.5) ? integer(constant({2, 1024})) : value(depth - 1)});
    case 7: return call(random_.chance(0.5) ? "min" : "max", {value(depth - 1), value(depth - 1)});
    case 8: return call("log2_floor", {value(depth - 1)});
    default: return conditional(truth(depth - 1), value(depth - 1), value(depth - 1));
  }
}

Expr Grammar::value(int depth) {
  bool small = depth <= 0 || random_.chance(0.3);
  if (!small) return arithmetic(depth);
  if (leaves_.empty() || random_.chance(0.2)) return integer(constant({-(1 << 20), 1 << 20}));
  return use(*pick_leaf());
}

/// The values of a small output range: by the constants that the function's own words name, else as numbers.
std::vector<Expr> Grammar::choices() const {
  std::vector<Expr> all;
  for (std::int64_t v = function_->min; v <= function_->max; ++v) {
    Expr choice = integer(v);
    for (const auto& constant : scope_.contract->constants)
      if (constant.value == v && function_->doc.find(constant.name) != std::string::npos) choice = name(constant.name);
    all.push_back(std::move(choice));
  }
  return all;
}

Expr Grammar::returned(int depth) {
  if (!function_ || function_->return_type == "bool") return truth(depth);
  if (!has_few_values(*function_)) return value(depth);
  auto all = choices();
  std::vector<Expr> fitting;
  for (const Leaf& leaf : leaves_)
    if (!leaf.array_length && !leaf.unit.empty() && leaf.unit == function_->unit && leaf.range.within({function_->min, function_->max}))
      fitting.push_back(leaf.expr);
  if (!fitting.empty() && random_.chance(0.2)) return random_.pick(fitting);
  if (depth > 0 && random_.chance(0.4)) return conditional(truth(depth - 1), random_.pick(all), random_.pick(all));
  return random_.pick(all);
}

Stmt Grammar::update(const Leaf& target, int depth) {
  Expr place = use(target);
  switch (random_.below(5)) {
    case 0: return assign(place, call("sat_add", {place, integer(random_.between(1, 2))}));
    case 1: return assign(place, call("sat_sub", {place, integer(random_.between(1, 2))}));
    case 2: return assign(place, integer(constant(target.range)));
    case 3: return assign(place, call(random_.chance(0.5) ? "sat_add" : "sat_sub", {place, value(depth)}));
    default: return assign(place, value(depth));
  }
}

std::optional<Stmt> Grammar::statement(int depth) {
  std::vector<const Leaf*> targets;
  for (const Leaf& leaf : leaves_)
    if (leaf.assignable) targets.push_back(&leaf);
  bool leaves = function_ && random_.chance(targets.empty() ? 1.0 : 0.35);
  if (!leaves && targets.empty()) return std::nullopt;
  Stmt statement = leaves ? give_back(returned(depth)) : update(*random_.pick(targets), depth - 1);
  if (leaves || random_.chance(0.5)) return branch(truth(depth), {std::move(statement)});
  return statement;
}

}  // namespace assay::evolve::mutate
