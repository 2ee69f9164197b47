#pragma once
// The allowlist: Clang's AST to verify::Policy, node by node. What has no case here is refused; what is refused is not
// in the Policy, and only the Policy is ever compiled. Internal to verify/frontend.

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

#include <optional>
#include <string>

#include "verify/frontend/parse.h"

namespace assay::verify::frontend {

/// What both translators share: the sources, the findings, names of types.
class Translation {
 public:
  Translation(clang::ASTContext& context, Parsed& parsed) : context(context), parsed_(parsed) {}

  Place place(clang::SourceLocation location) const;
  /// Everything found, in the order of the walk; the function in work becomes unfinished.
  void refuse(clang::SourceLocation location, std::string message);
  bool in_file(clang::SourceLocation location, llvm::StringRef name) const;
  std::size_t refusals() const { return parsed_.findings.size(); }

  /// "i64", "bool", "f64" where the contract has one, or a record of the contract; nullopt for everything else. Qualifiers
  /// do not matter.
  ///   any_integer: also int and long, the types of literals and of what is computed from them
  std::optional<TypeName> type_name(clang::QualType type, bool any_integer) const;

  clang::ASTContext& context;
  bool has_doubles = false;  ///< some field, parameter or result of the contract is an f64

 private:
  Parsed& parsed_;
};

class ExprTranslation {
 public:
  explicit ExprTranslation(Translation& shared) : shared_(shared) {}

  /// A value of the scalar type `wanted`: a cast is written out where C++ would convert silently and loses nothing but the
  /// low digits of a large i64. From f64 back, nothing is converted silently.
  Expr value(const clang::Expr* expr, const TypeName& wanted, int depth);
  /// A variable, a field or an item, as it stands on the left of an assignment or as a reference argument.
  Expr place(const clang::Expr* expr, int depth);
  Expr call(const clang::CallExpr* call, int depth);

  /// Without parentheses and the wrappers that mean nothing here.
  static const clang::Expr* plain(const clang::Expr* expr);
  static Expr converted(Expr expr, const TypeName& wanted);
  static Expr cast_to(Expr expr, const TypeName& wanted);

 private:
  Expr translate(const clang::Expr* expr, int depth);
  Expr refused(const clang::Expr* expr, std::string message);
  Expr node(ExprKind kind, const clang::Expr* expr, TypeName type);
  Expr integer(const clang::IntegerLiteral* literal);
  Expr real(const clang::FloatingLiteral* literal, bool is_negative);
  Expr name(const clang::DeclRefExpr* expr);
  Expr global_name(const clang::DeclRefExpr* expr, const clang::VarDecl* variable);
  Expr field(const clang::MemberExpr* expr, int depth);
  Expr item(const clang::CXXOperatorCallExpr* expr, int depth);
  Expr unary(const clang::UnaryOperator* expr, int depth);
  Expr binary(const clang::BinaryOperator* expr, int depth);
  Expr conditional(const clang::ConditionalOperator* expr, int depth);
  Expr implicit_cast(const clang::ImplicitCastExpr* expr, int depth);
  Expr explicit_cast(const clang::ExplicitCastExpr* expr, int depth);
  std::optional<Expr> negative_literal(const clang::UnaryOperator* expr);
  std::optional<Expr> smallest_literal(const clang::BinaryOperator* expr);
  bool shift_means_another_number(const clang::BinaryOperator* expr) const;

  Translation& shared_;
};

/// Translates every declaration of the candidate's file.
void translate_unit(clang::ASTContext& context, Parsed& parsed);

}  // namespace assay::verify::frontend
