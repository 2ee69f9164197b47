#pragma once
// Expressions and statements made by hand, and small questions about them.

#include <string>
#include <utility>
#include <vector>

#include "verify/ast.h"

namespace assay::evolve::mutate {

using verify::Expr;
using verify::ExprKind;
using verify::Policy;
using verify::PolicyFunction;
using verify::Stmt;
using verify::StmtKind;

Expr integer(std::int64_t value);
Expr boolean(bool value);
Expr name(std::string text, std::string type = "i64");
Expr unary(std::string op, Expr operand);
/// The type follows the operator: bool for comparisons and && ||.
Expr binary(std::string op, Expr left, Expr right);
Expr call(std::string function, std::vector<Expr> arguments);
Expr conditional(Expr condition, Expr yes, Expr no);

Stmt assign(Expr target, Expr value);
Stmt give_back(Expr value);
Stmt branch(Expr condition, std::vector<Stmt> body);

bool is_comparison(std::string_view op);
/// `tunable(8, 1, 64)`: only its value changes, within its bounds, or all of it.
bool is_mark(const Expr& expr);
bool same(const Expr& a, const Expr& b);  ///< places aside
bool same(const std::vector<Stmt>& a, const std::vector<Stmt>& b);
std::size_t size_of(const Expr& expr);
std::size_t depth_of(const Expr& expr);
/// A scalar that mutation may exchange for another of its type.
bool is_scalar(const Expr& expr);
/// "mark.count", "queues.length[1]", "x"; "" for anything else.
std::string path_of(const Expr& expr);
/// No path through the statements reaches their end.
bool always_leaves(const std::vector<Stmt>& body);
/// Every path gives a value back.
bool always_returns(const std::vector<Stmt>& body);

}  // namespace assay::evolve::mutate
