#pragma once
// Random policies that are in the language by construction, for laws over many of them.

#include <random>
#include <string>
#include <vector>

#include "verify/ast.h"

namespace assay::verify {

/// Over the contract of emit_test.cpp: `i64 decide(const Pair& pair, State& state)`.
class RandomPolicy {
 public:
  explicit RandomPolicy(unsigned seed) : random_(seed) {}

  Policy make() {
    Policy policy;
    names_ = {"x"};
    writable_ = {"x"};
    PolicyFunction helper{"helper", "bool", {{"x", "i64", false, true}, {"pair", "Pair", true, true}}, body(3, "bool", false), true, {}};
    policy.functions.push_back(std::move(helper));
    names_.clear(), writable_.clear();
    has_helper_ = true;
    PolicyFunction decide{"decide", "i64", {{"pair", "Pair", true, true}, {"state", "State", true, false}}, body(4, "i64", true), false, {}};
    policy.functions.push_back(std::move(decide));
    return policy;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  static Expr leaf(ExprKind kind, TypeName type, std::string text, std::int64_t value) {
    return {kind, std::move(type), std::move(text), value, {}, {}};
  }
  static Expr node(ExprKind kind, TypeName type, std::string text, std::vector<Expr> children) {
    return {kind, std::move(type), std::move(text), 0, std::move(children), {}};
  }

  std::int64_t number() {
    constexpr std::int64_t kEdges[] = {0, 1, -1, 2147483647, 2147483648, -2147483647, -2147483648LL, INT64_MAX, INT64_MIN, -INT64_MAX};
    return below(3) == 0 ? kEdges[below(std::size(kEdges))] : static_cast<std::int64_t>(below(200)) - 100;
  }

  Expr field(bool state) {
    const char* names[] = {"left", "right"};
    if (!state) return node(ExprKind::field, "i64", names[below(2)], {leaf(ExprKind::name, "Pair", "pair", 0)});
    Expr base = leaf(ExprKind::name, "State", "state", 0);
    if (below(2) == 0) return node(ExprKind::field, "i64", "calls", {std::move(base)});
    return node(ExprKind::index, "i64", "", {node(ExprKind::field, "i64", "slots", {std::move(base)}), integer(1)});
  }

  Expr integer(int depth) {
    if (depth <= 0 || below(4) == 0) {
      if (!names_.empty() && below(3) == 0) return leaf(ExprKind::name, "i64", names_[below(names_.size())], 0);
      return below(2) == 0 ? leaf(ExprKind::integer, "i64", "", number()) : field(has_helper_ && below(2) == 0);
    }
    constexpr const char* kOperators[] = {"+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"};
    switch (below(6)) {
      case 0: return node(ExprKind::unary, "i64", below(2) ? "-" : "~", {integer(depth - 1)});
      case 1: return node(ExprKind::conditional, "i64", "", {boolean(depth - 1), integer(depth - 1), integer(depth - 1)});
      case 2: return node(ExprKind::cast, "i64", "", {boolean(depth - 1)});
      case 3: return node(ExprKind::call, "i64", "clamp", {integer(depth - 1), integer(depth - 1), integer(depth - 1)});
      default: return node(ExprKind::binary, "i64", kOperators[below(std::size(kOperators))], {integer(depth - 1), integer(depth - 1)});
    }
  }

  Expr boolean(int depth) {
    if (depth <= 0) return leaf(ExprKind::boolean, "bool", "", below(2));
    constexpr const char* kComparisons[] = {"<", "<=", ">", ">=", "==", "!="};
    switch (below(6)) {
      case 0: return node(ExprKind::unary, "bool", "!", {boolean(depth - 1)});
      case 1: return node(ExprKind::binary, "bool", below(2) ? "&&" : "||", {boolean(depth - 1), boolean(depth - 1)});
      case 2: return node(ExprKind::conditional, "bool", "", {boolean(depth - 1), boolean(depth - 1), boolean(depth - 1)});
      case 3: return node(ExprKind::cast, "bool", "", {integer(depth - 1)});
      case 4:
        if (has_helper_) return node(ExprKind::call, "bool", "helper", {integer(depth - 1), leaf(ExprKind::name, "Pair", "pair", 0)});
        [[fallthrough]];
      default: return node(ExprKind::binary, "bool", kComparisons[below(std::size(kComparisons))], {integer(depth - 1), integer(depth - 1)});
    }
  }

  Stmt statement(StmtKind kind) {
    Stmt made;
    made.kind = kind;
    return made;
  }

  Stmt declare(bool is_const) {
    Stmt made = statement(StmtKind::declare);
    made.type = "i64", made.is_const = is_const;
    made.exprs.push_back(integer(3));
    made.text = "v" + std::to_string(++counter_);
    names_.push_back(made.text);
    if (!is_const) writable_.push_back(made.text);
    return made;
  }

  Stmt assign(bool with_state) {
    constexpr const char* kOperators[] = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};
    Stmt made = statement(StmtKind::assign);
    made.text = kOperators[below(std::size(kOperators))];
    const bool local = !writable_.empty() && (!with_state || below(2) == 0);
    made.exprs.push_back(local ? leaf(ExprKind::name, "i64", writable_[below(writable_.size())], 0) : field(true));
    made.exprs.push_back(integer(3));
    return made;
  }

  Stmt branch(int depth, const TypeName& returns, bool with_state) {
    Stmt made = statement(StmtKind::branch);
    made.exprs.push_back(boolean(3));
    made.body = statements(depth - 1, returns, with_state);
    made.has_other = below(2) == 0;
    if (made.has_other) made.other = statements(depth - 1, returns, with_state);
    return made;
  }

  Stmt loop(int depth, const TypeName& returns, bool with_state) {
    Stmt made = statement(StmtKind::loop);
    const auto names = names_, writable = writable_;
    made.header.push_back(declare(false));
    const std::string variable = made.header[0].text;
    made.exprs.push_back(boolean(2));
    Stmt step = statement(StmtKind::assign);
    step.text = "+=";
    step.exprs = {leaf(ExprKind::name, "i64", variable, 0), integer(1)};
    made.header.push_back(std::move(step));
    made.body = statements(depth - 1, returns, with_state);
    if (below(2) == 0) made.body.push_back(statement(below(2) ? StmtKind::stop : StmtKind::skip));
    names_ = names, writable_ = writable;
    return made;
  }

  std::vector<Stmt> statements(int depth, const TypeName& returns, bool with_state) {
    std::vector<Stmt> made;
    const auto names = names_, writable = writable_;
    for (unsigned count = depth <= 0 ? 1 : below(4); count > 0; --count) {
      const unsigned kind = depth <= 0 ? 3 + below(2) : below(6);
      if (kind == 0) made.push_back(branch(depth, returns, with_state));
      if (kind == 1) made.push_back(loop(depth, returns, with_state));
      if (kind == 2) {
        made.push_back(statement(StmtKind::block));
        made.back().body = statements(depth - 1, returns, with_state);
      }
      if (kind == 3) made.push_back(declare(below(2) == 0));
      if (kind == 4 && (with_state || !writable_.empty())) made.push_back(assign(with_state));
      if (kind == 5) {
        made.push_back(statement(StmtKind::call));
        made.back().exprs.push_back(node(ExprKind::call, "i64", "abs", {integer(2)}));
      }
    }
    names_ = names, writable_ = writable;
    return made;
  }

  std::vector<Stmt> body(int depth, const TypeName& returns, bool with_state) {
    std::vector<Stmt> made = statements(depth, returns, with_state);
    made.push_back(statement(StmtKind::give_back));
    made.back().exprs.push_back(returns == "i64" ? integer(5) : boolean(5));
    return made;
  }

  std::mt19937 random_;
  std::vector<std::string> names_, writable_;
  bool has_helper_ = false;
  int counter_ = 0;
};

}  // namespace assay::verify
