#include "verify/ast.h"

#include <algorithm>

namespace assay::verify {
namespace {

/// The policy as one unambiguous text: what the digest is of. Every token is a name, an operator or a number, so blanks
/// and parentheses separate them; places are left out.
class Canonical {
 public:
  std::string text(const Policy& policy) {
    for (const PolicyFunction& function : policy.functions) write(function);
    return std::move(out_);
  }

 private:
  void word(std::string_view text) { out_.append(text) += ' '; }
  void number(std::int64_t value) { word(std::to_string(value)); }

  void write(const PolicyFunction& function) {
    word(function.is_helper ? "(helper" : "(function");
    word(function.return_type);
    word(function.name);
    for (const PolicyParameter& parameter : function.parameters) {
      word(parameter.is_reference ? parameter.is_const ? "(const&" : "(&" : "(value");
      word(parameter.type);
      word(parameter.name);
      word(")");
    }
    write(function.body);
    word(")");
  }

  void write(const std::vector<Stmt>& statements) {
    word("{");
    for (const Stmt& statement : statements) write(statement);
    word("}");
  }

  void write(const Stmt& statement) {
    word("[");
    number(static_cast<int>(statement.kind));
    word(statement.type.empty() ? "-" : statement.type);
    word(statement.text.empty() ? "-" : statement.text);
    word(statement.is_const ? "const" : "-");
    for (const Expr& expr : statement.exprs) write(expr);
    write(statement.header);
    write(statement.body);
    if (statement.has_other) write(statement.other);
    word("]");
  }

  void write(const Expr& expr) {
    word("(");
    number(static_cast<int>(expr.kind));
    word(expr.type.empty() ? "-" : expr.type);
    word(expr.text.empty() ? "-" : expr.text);
    number(expr.value);
    for (const Expr& child : expr.children) write(child);
    word(")");
  }

  std::string out_;
};

std::size_t size_of(const Expr& expr) {
  std::size_t size = 1;
  for (const Expr& child : expr.children) size += size_of(child);
  return size;
}

std::size_t size_of(const std::vector<Stmt>& statements) {
  std::size_t size = 0;
  for (const Stmt& statement : statements) {
    size += 1 + size_of(statement.header) + size_of(statement.body) + size_of(statement.other);
    for (const Expr& expr : statement.exprs) size += size_of(expr);
  }
  return size;
}

}  // namespace

const PolicyFunction* Policy::function(const std::string& name) const {
  auto found = std::ranges::find(functions, name, &PolicyFunction::name);
  return found == functions.end() ? nullptr : &*found;
}

Digest digest(const Policy& policy) { return sha256(Canonical().text(policy)); }

std::size_t size_of(const Policy& policy) {
  std::size_t size = 0;
  for (const PolicyFunction& function : policy.functions) size += size_of(function.body);
  return size;
}

}  // namespace assay::verify
