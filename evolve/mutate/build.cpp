#include "evolve/mutate/build.h"

#include "tasks/contract.h"

#include <algorithm>

namespace assay::evolve::mutate {

Expr integer(std::int64_t value) { return {ExprKind::integer, "i64", "", value, {}, {}}; }
Expr boolean(bool value) { return {ExprKind::boolean, "bool", "", value, {}, {}}; }
Expr name(std::string text, std::string type) { return {ExprKind::name, std::move(type), std::move(text), 0, {}, {}}; }

Expr unary(std::string op, Expr operand) {
  std::string type = op == "!" ? "bool" : "i64";
  return {ExprKind::unary, type, std::move(op), 0, {std::move(operand)}, {}};
}

bool is_mark(const Expr& expr) { return expr.kind == ExprKind::call && expr.children.size() == 3 && tasks::is_mark(expr.text); }
bool is_comparison(std::string_view op) {
  return op == "<" || op == "<=" || op == ">" || op == ">=" || op == "==" || op == "!=";
}

Expr binary(std::string op, Expr left, Expr right) {
  bool truth = is_comparison(op) || op == "&&" || op == "||";
  return {ExprKind::binary, truth ? "bool" : "i64", std::move(op), 0, {std::move(left), std::move(right)}, {}};
}

Expr call(std::string function, std::vector<Expr> arguments) {
  return {ExprKind::call, "i64", std::move(function), 0, std::move(arguments), {}};
}

Expr conditional(Expr condition, Expr yes, Expr no) {
  std::string type = yes.type;
  return {ExprKind::conditional, std::move(type), "", 0, {std::move(condition), std::move(yes), std::move(no)}, {}};
}

Stmt assign(Expr target, Expr value) {
  Stmt statement;
  statement.kind = StmtKind::assign;
  statement.text = "=";
  statement.exprs = {std::move(target), std::move(value)};
  return statement;
}

Stmt give_back(Expr value) {
  Stmt statement;
  statement.kind = StmtKind::give_back;
  statement.exprs = {std::move(value)};
  return statement;
}

Stmt branch(Expr condition, std::vector<Stmt> body) {
  Stmt statement;
  statement.kind = StmtKind::branch;
  statement.exprs = {std::move(condition)};
  statement.body = std::move(body);
  return statement;
}

bool same(const Expr& a, const Expr& b) {
  return a.kind == b.kind && a.type == b.type && a.text == b.text && a.value == b.value &&
         std::ranges::equal(a.children, b.children, [](const Expr& x, const Expr& y) { return same(x, y); });
}

namespace {
bool same_statement(const Stmt& a, const Stmt& b) {
  return a.kind == b.kind && a.type == b.type && a.text == b.text && a.is_const == b.is_const && a.has_other == b.has_other &&
         std::ranges::equal(a.exprs, b.exprs, [](const Expr& x, const Expr& y) { return same(x, y); }) &&
         same(a.header, b.header) && same(a.body, b.body) && same(a.other, b.other);
}
}  // namespace

bool same(const std::vector<Stmt>& a, const std::vector<Stmt>& b) {
  return std::ranges::equal(a, b, same_statement);
}

std::size_t size_of(const Expr& expr) {
  std::size_t size = 1;
  for (const Expr& child : expr.children) size += size_of(child);
  return size;
}

std::size_t depth_of(const Expr& expr) {
  std::size_t depth = 0;
  for (const Expr& child : expr.children) depth = std::max(depth, depth_of(child));
  return depth + 1;
}

bool is_scalar(const Expr& expr) { return expr.type == "i64" || expr.type == "bool"; }

std::string path_of(const Expr& expr) {
  if (expr.kind == ExprKind::name) return expr.text;
  if (expr.kind == ExprKind::field) {
    std::string record = path_of(expr.children[0]);
    return record.empty() ? "" : record + "." + expr.text;
  }
  if (expr.kind == ExprKind::index && expr.children[1].kind == ExprKind::integer) {
    std::string array = path_of(expr.children[0]);
    return array.empty() ? "" : array + "[" + std::to_string(expr.children[1].value) + "]";
  }
  return "";
}

bool always_leaves(const std::vector<Stmt>& body) {
  return std::ranges::any_of(body, [](const Stmt& s) {
    if (s.kind == StmtKind::give_back || s.kind == StmtKind::stop || s.kind == StmtKind::skip) return true;
    if (s.kind == StmtKind::block) return always_leaves(s.body);
    return s.kind == StmtKind::branch && s.has_other && always_leaves(s.body) && always_leaves(s.other);
  });
}

bool always_returns(const std::vector<Stmt>& body) {
  return std::ranges::any_of(body, [](const Stmt& s) {
    if (s.kind == StmtKind::give_back) return true;
    if (s.kind == StmtKind::block) return always_returns(s.body);
    return s.kind == StmtKind::branch && s.has_other && always_returns(s.body) && always_returns(s.other);
  });
}

}  // namespace assay::evolve::mutate
