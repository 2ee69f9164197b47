// Printing a policy so that parsing it gives the same tree back:
//   - parentheses wherever C++'s precedence would read another tree, and always around bits, shifts, mixed && and ||,
//     and nested ?:, where a reader would wonder;
//   - every number is meant as i64: where an operator would see two `int`s, the leftmost literal is written with LL;
//   - a negative literal is written `-5`, the operator minus on a literal `-(5)`; the smallest i64 as `(-M - 1)`;
//   - a double is written as the shortest decimal that reads back as the same double, always with a `.` or an `e`.
#include <bit>
#include <charconv>
#include <limits>

#include "verify/ast.h"
#include "verify/names.h"

namespace assay::verify {
namespace {

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();

bool is_literal(const Expr& expr) { return expr.kind == ExprKind::integer || expr.kind == ExprKind::real; }

/// Binds tighter when larger. Only the ones that everybody knows may go without parentheses.
int precedence(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::conditional: return 1;
    case ExprKind::binary: break;
    case ExprKind::unary: return 9;
    case ExprKind::integer:
    case ExprKind::real: return expr.value < 0 ? 9 : 10;  // the sign of a double is its first bit
    default: return 10;
  }
  if (expr.text == "||") return 2;
  if (expr.text == "&&") return 3;
  if (is_comparison(expr.text)) return 5;
  if (expr.text == "+" || expr.text == "-") return 7;
  if (expr.text == "*" || expr.text == "/" || expr.text == "%") return 8;
  return 4;  // bits and shifts
}

/// Whether C++ gives the expression, as printed without any LL, the type long or long long.
bool is_wide(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::integer: return expr.value > kIntMax || expr.value < -kIntMax;
    case ExprKind::boolean: return false;
    case ExprKind::unary: return is_wide(expr.children[0]);
    case ExprKind::binary:
      if (expr.text == "<<" || expr.text == ">>") return is_wide(expr.children[0]);
      return is_wide(expr.children[0]) || is_wide(expr.children[1]);
    case ExprKind::conditional: return is_wide(expr.children[1]) || is_wide(expr.children[2]);
    default: return true;
  }
}

bool is_arithmetic(const Expr& expr) {
  if (expr.kind == ExprKind::unary) return expr.text != "!";
  return expr.kind == ExprKind::binary && !is_comparison(expr.text) && !is_logical(expr.text);
}

std::string integer_text(std::int64_t value, bool widen) {
  if (value == kSmallest) return "(-9223372036854775807LL - 1)";
  return std::to_string(value) + (widen ? "LL" : "");
}

std::string real_text(std::int64_t bits) {
  char text[40];
  std::string out(text, std::to_chars(text, text + sizeof text, std::bit_cast<double>(bits)).ptr);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

/// `widen`: the leftmost literal gets LL, because no other part makes the expression wide.
std::string text_of(const Expr& expr, bool widen = false);

std::string in_parentheses(std::string text) { return "(" + std::move(text) + ")"; }

bool needs_parentheses(const Expr& parent, const Expr& child, bool is_left) {
  const int outer = precedence(parent), inner = precedence(child);
  if (inner >= 9) return child.kind == ExprKind::integer && child.value == -std::numeric_limits<std::int64_t>::max();
  if (inner == 4 || outer == 4 || inner == 1) return true;
  if (outer == 2 && inner == 3) return true;
  if (outer == 5 && inner == 5) return true;
  if (outer == 8 && inner == 8) return !is_left || parent.text != "*" || child.text != "*";
  return is_left ? inner < outer : inner <= outer;
}

std::string operand(const Expr& parent, const Expr& child, bool is_left, bool widen) {
  std::string text = text_of(child, widen);
  return needs_parentheses(parent, child, is_left) ? in_parentheses(std::move(text)) : text;
}

std::string unary_text(const Expr& expr, bool widen) {
  const Expr& child = expr.children[0];
  std::string text = text_of(child, widen || (is_arithmetic(expr) && !is_wide(child)));
  const bool bare = precedence(child) == 10 && !is_literal(child);
  return expr.text + (bare ? text : in_parentheses(std::move(text)));
}

std::string binary_text(const Expr& expr, bool widen) {
  if (is_arithmetic(expr) && !is_wide(expr)) widen = true;
  return operand(expr, expr.children[0], true, widen) + " " + expr.text + " " +
         operand(expr, expr.children[1], false, false);
}

std::string arguments_text(const Expr& expr) {
  std::string text;
  for (const Expr& argument : expr.children) text += (text.empty() ? "" : ", ") + text_of(argument);
  return text;
}

std::string conditional_text(const Expr& expr, bool widen) {
  auto part = [](const Expr& child, bool wide) {
    std::string text = text_of(child, wide);
    return child.kind == ExprKind::conditional ? in_parentheses(std::move(text)) : text;
  };
  return part(expr.children[0], false) + " ? " + part(expr.children[1], widen) + " : " + part(expr.children[2], false);
}

std::string text_of(const Expr& expr, bool widen) {
  switch (expr.kind) {
    case ExprKind::integer: return integer_text(expr.value, widen);
    case ExprKind::boolean: return expr.value != 0 ? "true" : "false";
    case ExprKind::name: return expr.text;
    case ExprKind::field: return text_of(expr.children[0]) + "." + expr.text;
    case ExprKind::index: return text_of(expr.children[0]) + "[" + text_of(expr.children[1]) + "]";
    case ExprKind::unary: return unary_text(expr, widen);
    case ExprKind::binary: return binary_text(expr, widen);
    case ExprKind::conditional: return conditional_text(expr, widen);
    case ExprKind::call: return expr.text + "(" + arguments_text(expr) + ")";
    case ExprKind::cast: return expr.type + "(" + text_of(expr.children[0]) + ")";
    case ExprKind::real: return real_text(expr.value);
  }
  return {};
}

/// A declaration or an assignment without its semicolon: also what stands in a loop's header.
std::string simple_text(const Stmt& statement) {
  if (statement.kind == StmtKind::declare)
    return (statement.is_const ? "const " : "") + statement.type + " " + statement.text + " = " +
           text_of(statement.exprs[0]);
  return text_of(statement.exprs[0]) + " " + statement.text + " " + text_of(statement.exprs[1]);
}

class Printer {
 public:
  struct Line {
    std::string text;
    Place place;
  };

  std::vector<Line> print(const Policy& policy) {
    for (const PolicyFunction& function : policy.functions) {
      if (!lines_.empty()) line("", function.place);
      print(function);
    }
    return std::move(lines_);
  }

 private:
  void line(std::string text, Place place) {
    const std::size_t indent = text.empty() ? 0 : 2 * indent_;
    lines_.push_back({std::string(indent, ' ') + std::move(text), place});
  }

  void print(const PolicyFunction& function) {
    std::string parameters;
    for (const PolicyParameter& parameter : function.parameters) {
      parameters += parameters.empty() ? "" : ", ";
      if (parameter.is_reference && parameter.is_const) parameters += "const ";
      parameters += parameter.type + (parameter.is_reference ? "& " : " ") + parameter.name;
    }
    line(function.return_type + " " + function.name + "(" + parameters + ") {", function.place);
    print_body(function.body);
    line("}", function.place);
  }

  void print_body(const std::vector<Stmt>& statements) {
    ++indent_;
    for (const Stmt& statement : statements) print(statement);
    --indent_;
  }

  void print(const Stmt& statement) {
    switch (statement.kind) {
      case StmtKind::declare:
      case StmtKind::assign: return line(simple_text(statement) + ";", statement.place);
      case StmtKind::branch: return print_branch(statement, "");
      case StmtKind::loop:
        line("for (" + simple_text(statement.header[0]) + "; " + text_of(statement.exprs[0]) + "; " +
                 simple_text(statement.header[1]) + ") {",
             statement.place);
        print_body(statement.body);
        return line("}", statement.place);
      case StmtKind::give_back:
        return line(statement.exprs.empty() ? "return;" : "return " + text_of(statement.exprs[0]) + ";",
                    statement.place);
      case StmtKind::block:
        line("{", statement.place);
        print_body(statement.body);
        return line("}", statement.place);
      case StmtKind::stop: return line("break;", statement.place);
      case StmtKind::skip: return line("continue;", statement.place);
      case StmtKind::call: return line(text_of(statement.exprs[0]) + ";", statement.place);
    }
  }

  void print_branch(const Stmt& statement, const std::string& before) {
    line(before + "if (" + text_of(statement.exprs[0]) + ") {", statement.place);
    print_body(statement.body);
    if (statement.has_other && statement.other.size() == 1 && statement.other[0].kind == StmtKind::branch)
      return print_branch(statement.other[0], "} else ");
    if (statement.has_other) {
      line("} else {", statement.place);
      print_body(statement.other);
    }
    line("}", statement.place);
  }

  std::vector<Line> lines_;
  std::size_t indent_ = 0;
};

}  // namespace

std::string emit(const Policy& policy) {
  std::string text;
  for (const Printer::Line& line : Printer().print(policy)) text += line.text + "\n";
  return text;
}

std::vector<Place> emitted_places(const Policy& policy) {
  std::vector<Place> places;
  for (const Printer::Line& line : Printer().print(policy)) places.push_back(line.place);
  return places;
}

}  // namespace assay::verify
