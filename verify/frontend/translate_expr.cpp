#include <clang/AST/ExprCXX.h>
#include <clang/AST/DeclTemplate.h>

#include <bit>
#include <limits>

#include "tasks/contract.h"
#include "verify/frontend/session.h"
#include "verify/frontend/translate.h"
#include "verify/names.h"

namespace assay::verify::frontend {
namespace {

bool is_comparison_of(const clang::BinaryOperator* expr) { return expr->isComparisonOp() && expr->getOpcode() != clang::BO_Cmp; }

bool is_listed(clang::BinaryOperatorKind kind) {
  return clang::BinaryOperator::getOpcodeStr(kind) != "<=>" && is_binary_operator(std::string_view(clang::BinaryOperator::getOpcodeStr(kind)));
}

/// A literal such as the one in `-9223372036854775808`.
bool is_beyond_i64(const clang::Expr* expr) {
  const auto* literal = llvm::dyn_cast<clang::IntegerLiteral>(expr->IgnoreParenImpCasts());
  return literal != nullptr && literal->getValue().getActiveBits() > 63;
}

/// A sentence for what is most often tried and is not in the language.
std::string why_not(const clang::Expr* expr) {
  const char* const no = " not in the policy language; ";
  auto say = [&](const char* what, const char* mend) { return std::string(what) + no + mend; };
  if (llvm::isa<clang::LambdaExpr>(expr)) return say("lambdas are", "write a helper function above");
  if (llvm::isa<clang::StringLiteral, clang::CharacterLiteral>(expr)) return say("text and characters are", "use numbers");
  if (llvm::isa<clang::FloatingLiteral>(expr))
    return say("floating-point numbers are", "use integers, scaled where fractions matter");
  if (llvm::isa<clang::CXXThrowExpr>(expr)) return say("exceptions are", "return a value");
  if (llvm::isa<clang::CXXNewExpr, clang::CXXDeleteExpr>(expr)) return say("new and delete are", "use locals");
  if (llvm::isa<clang::CXXMemberCallExpr>(expr))
    return say("member functions are", "use fields, `[index]` and the abi functions");
  if (llvm::isa<clang::ArraySubscriptExpr>(expr))
    return say("arrays of your own are", "index an Array field of the contract directly, `field[i]`");
  if (llvm::isa<clang::CXXReinterpretCastExpr, clang::CXXConstCastExpr, clang::CXXDynamicCastExpr>(expr))
    return say("this cast is", "only i64(x) and bool(x) are");
  return say((std::string("this expression (") + expr->getStmtClassName() + ") is").c_str(), "write it another way");
}

}  // namespace

const clang::Expr* ExprTranslation::plain(const clang::Expr* expr) {
  for (;;) {
    if (const auto* inner = llvm::dyn_cast<clang::ParenExpr>(expr)) expr = inner->getSubExpr();
    else if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) expr = full->getSubExpr();
    else return expr;
  }
}

Expr ExprTranslation::converted(Expr expr, const TypeName& wanted) {
  const bool is_lossy = expr.type == "f64" || !tasks::is_scalar(expr.type) || !tasks::is_scalar(wanted);
  if (expr.type == wanted || is_lossy) return expr;
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (expr.kind == ExprKind::integer && wanted == "f64" && expr.value <= kExact && expr.value >= -kExact)
    return {ExprKind::real, "f64", "", std::bit_cast<std::int64_t>(static_cast<double>(expr.value)), {}, expr.place};
  if (expr.type == "bool" && wanted == "f64") expr = cast_to(std::move(expr), "i64");
  return cast_to(std::move(expr), wanted);
}

Expr ExprTranslation::cast_to(Expr expr, const TypeName& wanted) {
  Expr cast{ExprKind::cast, wanted, "", 0, {}, expr.place};
  cast.children.push_back(std::move(expr));
  return cast;
}

Expr ExprTranslation::node(ExprKind kind, const clang::Expr* expr, TypeName type) {
  return {kind, std::move(type), "", 0, {}, shared_.place(expr->getExprLoc())};
}

Expr ExprTranslation::refused(const clang::Expr* expr, std::string message) {
  shared_.refuse(expr->getExprLoc(), std::move(message));
  return node(ExprKind::integer, expr, "i64");
}

Expr ExprTranslation::value(const clang::Expr* expr, const TypeName& wanted, int depth) {
  const std::size_t before = shared_.refusals();
  Expr found = converted(translate(expr, depth), wanted);
  if (found.type != wanted && shared_.refusals() == before && found.type == "f64")
    return refused(expr, wanted == "bool" ? "an f64 stands where a bool is needed; write `x != 0`"
                                          : "an f64 stands where an i64 is needed; write `i64(x)` where it surely fits, else `to_i64(x)`");
  if (found.type != wanted && shared_.refusals() == before)
    return refused(expr, "a value of type " + wanted + " is needed here; use a field of the record");
  return found;
}

Expr ExprTranslation::place(const clang::Expr* expr, int depth) {
  const std::size_t before = shared_.refusals();
  Expr found = translate(expr, depth);
  const bool is_place = found.kind == ExprKind::name || found.kind == ExprKind::field || found.kind == ExprKind::index;
  if (!is_place && shared_.refusals() == before)
    return refused(expr, "a local, a parameter or a field is needed here");
  return found;
}

Expr ExprTranslation::translate(const clang::Expr* wrapped, int depth) {
  const clang::Expr* expr = plain(wrapped);
  if (depth > kMaxDepth) return refused(expr, "nested too deep; split this with locals or helpers");
  if (expr->getExprLoc().isMacroID()) return refused(expr, "a macro is not in the policy language; write it out");
  using namespace clang;
  if (const auto* e = llvm::dyn_cast<IntegerLiteral>(expr)) return integer(e);
  if (const auto* e = llvm::dyn_cast<FloatingLiteral>(expr); e != nullptr && shared_.has_doubles) return real(e, false);
  if (const auto* e = llvm::dyn_cast<CXXBoolLiteralExpr>(expr)) {
    Expr literal = node(ExprKind::boolean, expr, "bool");
    literal.value = e->getValue() ? 1 : 0;
    return literal;
  }
  if (const auto* e = llvm::dyn_cast<DeclRefExpr>(expr)) return name(e);
  if (const auto* e = llvm::dyn_cast<MemberExpr>(expr)) return field(e, depth);
  if (const auto* e = llvm::dyn_cast<CXXOperatorCallExpr>(expr)) return item(e, depth);
  if (const auto* e = llvm::dyn_cast<UnaryOperator>(expr)) return unary(e, depth);
  if (const auto* e = llvm::dyn_cast<BinaryOperator>(expr)) return binary(e, depth);
  if (const auto* e = llvm::dyn_cast<ConditionalOperator>(expr)) return conditional(e, depth);
  if (expr->getStmtClass() == clang::Stmt::CallExprClass) return call(llvm::cast<CallExpr>(expr), depth);
  if (const auto* e = llvm::dyn_cast<ImplicitCastExpr>(expr)) return implicit_cast(e, depth);
  if (llvm::isa<CXXFunctionalCastExpr, CXXStaticCastExpr, CStyleCastExpr>(expr))
    return explicit_cast(llvm::cast<ExplicitCastExpr>(expr), depth);
  if (const auto* e = llvm::dyn_cast<InitListExpr>(expr); e != nullptr && e->getNumInits() == 1)
    return translate(e->getInit(0), depth + 1);
  return refused(expr, why_not(expr));
}

Expr ExprTranslation::integer(const clang::IntegerLiteral* literal) {
  const llvm::APInt& bits = literal->getValue();
  if (bits.getActiveBits() > 63) return refused(literal, "this number does not fit an i64");
  Expr expr = node(ExprKind::integer, literal, "i64");
  expr.value = static_cast<std::int64_t>(bits.getZExtValue());
  return expr;
}

Expr ExprTranslation::real(const clang::FloatingLiteral* literal, bool is_negative) {
  if (!literal->getType()->isSpecificBuiltinType(clang::BuiltinType::Double))
    return refused(literal, "a number of another type than f64; write it without a letter at its end");
  if (!literal->getValue().isFinite()) return refused(literal, "this number is too large for an f64");
  Expr expr = node(ExprKind::real, literal, "f64");
  const double value = literal->getValue().convertToDouble();
  expr.value = std::bit_cast<std::int64_t>(is_negative ? -value : value);
  return expr;
}

Expr ExprTranslation::name(const clang::DeclRefExpr* ref) {
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
  if (variable == nullptr || ref->hasQualifier())
    return refused(ref, "this name is not a parameter, a local or a constant of the contract");
  if (!variable->isLocalVarDeclOrParm()) return global_name(ref, variable);
  auto type = shared_.type_name(variable->getType().getNonReferenceType(), false);
  if (!type) return refused(ref, "`" + variable->getNameAsString() + "` has a type outside the policy language");
  Expr expr = node(ExprKind::name, ref, *type);
  expr.text = variable->getNameAsString();
  return expr;
}

/// Constants of the contract keep their names; those of the abi (the ends of i64) become numbers.
Expr ExprTranslation::global_name(const clang::DeclRefExpr* ref, const clang::VarDecl* variable) {
  const bool of_contract = shared_.in_file(variable->getLocation(), "policy.h");
  const bool of_abi = shared_.in_file(variable->getLocation(), "assay.h");
  const clang::APValue* known = variable->isConstexpr() ? variable->evaluateValue() : nullptr;
  if ((!of_contract && !of_abi) || known == nullptr || !known->isInt())
    return refused(ref, "`" + variable->getNameAsString() + "` is a global; only constants of the contract can be used");
  Expr expr = node(of_contract ? ExprKind::name : ExprKind::integer, ref, "i64");
  if (of_contract) expr.text = variable->getNameAsString();
  if (of_abi) expr.value = known->getInt().getExtValue();
  return expr;
}

Expr ExprTranslation::field(const clang::MemberExpr* member, int depth) {
  const auto* decl = llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl());
  if (decl == nullptr || member->isArrow() || member->hasQualifier() ||
      !shared_.in_file(decl->getLocation(), "policy.h"))
    return refused(member, "only fields of the contract's records can be used; index an Array as `field[i]`");
  clang::QualType type = decl->getType();
  const auto* array = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (array != nullptr && array->getName() == "Array") type = array->getTemplateArgs()[0].getAsType();
  auto name = shared_.type_name(type, false);
  if (!name) return refused(member, "this field has a type outside the policy language");
  Expr expr = node(ExprKind::field, member, *name);
  expr.place = shared_.place(member->getMemberLoc());
  expr.text = decl->getNameAsString();
  expr.children.push_back(place(member->getBase(), depth + 1));
  return expr;
}

/// `array[index]`, the abi's checked operator: the only operator on records.
Expr ExprTranslation::item(const clang::CXXOperatorCallExpr* call, int depth) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (call->getOperator() != clang::OO_Subscript || callee == nullptr ||
      !shared_.in_file(callee->getLocation(), "assay.h"))
    return refused(call, "records have no operators; work on their fields");
  Expr array = place(call->getArg(0), depth + 1);
  Expr expr = node(ExprKind::index, call, array.type);
  expr.children.push_back(std::move(array));
  expr.children.push_back(value(call->getArg(1), "i64", depth + 1));
  return expr;
}

/// `-5` is the number; `-(5)` is an operator on one.
std::optional<Expr> ExprTranslation::negative_literal(const clang::UnaryOperator* expr) {
  const auto* literal = llvm::dyn_cast<clang::IntegerLiteral>(expr->getSubExpr());
  if (const auto* fraction = llvm::dyn_cast<clang::FloatingLiteral>(expr->getSubExpr()); fraction != nullptr && expr->getOpcode() == clang::UO_Minus)
    return real(fraction, true);
  if (expr->getOpcode() != clang::UO_Minus || literal == nullptr || literal->getValue().getActiveBits() > 63)
    return std::nullopt;
  Expr number = node(ExprKind::integer, expr, "i64");
  number.value = -static_cast<std::int64_t>(literal->getValue().getZExtValue());
  return number;
}

Expr ExprTranslation::unary(const clang::UnaryOperator* expr, int depth) {
  using enum clang::UnaryOperatorKind;
  const clang::UnaryOperatorKind kind = expr->getOpcode();
  if (kind == UO_AddrOf || kind == UO_Deref) return refused(expr, "there are no pointers in the policy language; use names and fields");
  if (expr->isIncrementDecrementOp()) return refused(expr, "`++` and `--` inside an expression; write a statement of its own, `x += 1;`");
  if (kind != UO_Plus && kind != UO_Minus && kind != UO_Not && kind != UO_LNot)
    return refused(expr, "this operator is not in the policy language");
  if (!shared_.type_name(expr->getType(), true))
    return refused(expr, is_beyond_i64(expr->getSubExpr()) ? "the smallest i64 is written `kI64Min`; to C++ this is a positive number that does not fit, negated"
                                                           : "an unsigned number; write it without `u`, numbers are i64");
  if (auto number = negative_literal(expr)) return *number;
  const bool is_real = expr->getType()->isSpecificBuiltinType(clang::BuiltinType::Double);
  const TypeName type = kind == UO_LNot ? "bool" : is_real ? "f64" : "i64";
  Expr operand = value(expr->getSubExpr(), type, depth + 1);
  if (kind == UO_Plus) return operand;
  Expr result = node(ExprKind::unary, expr, type);
  result.text = clang::UnaryOperator::getOpcodeStr(kind).str();
  result.children.push_back(std::move(operand));
  return result;
}

/// `-9223372036854775807 - 1`, the only way to write the smallest i64.
std::optional<Expr> ExprTranslation::smallest_literal(const clang::BinaryOperator* expr) {
  const auto* left = llvm::dyn_cast<clang::UnaryOperator>(expr->getLHS()->IgnoreImpCasts());
  const auto* right = llvm::dyn_cast<clang::IntegerLiteral>(expr->getRHS()->IgnoreImpCasts());
  if (expr->getOpcode() != clang::BO_Sub || left == nullptr || right == nullptr || right->getValue() != 1)
    return std::nullopt;
  auto number = negative_literal(left);
  if (!number || number->value != -std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  number->value = std::numeric_limits<std::int64_t>::min();
  return number;
}

/// In the language every number is an i64, so `1 << 40` would mean 2^40 where C++ computes on int. All other operators
/// agree with C++ wherever C++ gives them a meaning; a shift of int is let through only where its value agrees too.
bool ExprTranslation::shift_means_another_number(const clang::BinaryOperator* expr) const {
  if (expr->getOpcode() != clang::BO_Shl || shared_.context.getTypeSize(expr->getType()) == 64) return false;
  clang::Expr::EvalResult result;
  return !expr->EvaluateAsInt(result, shared_.context) || result.HasUndefinedBehavior ||
         result.Val.getInt().isNegative();
}

Expr ExprTranslation::binary(const clang::BinaryOperator* expr, int depth) {
  const clang::BinaryOperatorKind kind = expr->getOpcode();
  if (expr->isAssignmentOp()) return refused(expr, "an assignment inside an expression; write a statement of its own");
  if (kind == clang::BO_Comma) return refused(expr, "the comma operator; write statements of their own");
  if (!is_listed(kind)) return refused(expr, "this operator is not in the policy language");
  if (!shared_.type_name(expr->getType(), true)) return refused(expr, "an unsigned number; write it without `u`, numbers are i64");
  if (auto number = smallest_literal(expr)) return *number;
  if (shift_means_another_number(expr))
    return refused(expr, "this shift is computed as `int` in C++; write its left side as an i64, `1LL << n` or `i64(b) << n`");
  const bool is_real = expr->getLHS()->getType()->isSpecificBuiltinType(clang::BuiltinType::Double);
  const TypeName operand = expr->isLogicalOp() ? "bool" : is_real ? "f64" : "i64";
  Expr result = node(ExprKind::binary, expr, expr->isLogicalOp() || is_comparison_of(expr) ? "bool" : operand);
  result.text = expr->getOpcodeStr().str();
  result.children.push_back(value(expr->getLHS(), operand, depth + 1));
  result.children.push_back(value(expr->getRHS(), operand, depth + 1));
  return result;
}

Expr ExprTranslation::conditional(const clang::ConditionalOperator* expr, int depth) {
  auto type = shared_.type_name(expr->getType(), true);
  if (!type || !tasks::is_scalar(*type)) return refused(expr, "`?:` chooses between two values of one scalar type");
  Expr result = node(ExprKind::conditional, expr, *type);
  result.children.push_back(value(expr->getCond(), "bool", depth + 1));
  result.children.push_back(value(expr->getTrueExpr(), *type, depth + 1));
  result.children.push_back(value(expr->getFalseExpr(), *type, depth + 1));
  return result;
}

Expr ExprTranslation::call(const clang::CallExpr* call, int depth) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  const bool known = callee != nullptr && callee->getIdentifier() != nullptr && callee->getBuiltinID() == 0 &&
                     !llvm::isa<clang::CXXMethodDecl>(callee) &&
                     (shared_.in_file(callee->getLocation(), kCandidatePath) ||
                      shared_.in_file(callee->getLocation(), "policy.h") ||
                      shared_.in_file(callee->getLocation(), "assay.h"));
  if (!known) return refused(call, "only abi functions and helpers of the policy can be called");
  const clang::QualType returns = callee->getReturnType();
  auto type = returns->isVoidType() ? std::optional<TypeName>("void") : shared_.type_name(returns, false);
  if (!type) return refused(call, "this function returns a type outside the policy language");
  Expr result = node(ExprKind::call, call, *type);
  result.text = callee->getNameAsString();
  for (unsigned i = 0; i < call->getNumArgs(); ++i) {
    if (i >= callee->getNumParams()) return refused(call, "too many arguments");
    const clang::QualType parameter = callee->getParamDecl(i)->getType();
    auto wanted = shared_.type_name(parameter, false);
    result.children.push_back(parameter->isReferenceType() ? place(call->getArg(i), depth + 1)
                                                           : value(call->getArg(i), wanted.value_or("i64"), depth + 1));
  }
  return result;
}

Expr ExprTranslation::implicit_cast(const clang::ImplicitCastExpr* expr, int depth) {
  const clang::Expr* inner = expr->getSubExpr();
  switch (expr->getCastKind()) {
    case clang::CK_LValueToRValue:
    case clang::CK_NoOp: return translate(inner, depth);
    case clang::CK_IntegralToBoolean: return value(inner, "bool", depth + 1);
    case clang::CK_IntegralCast: break;
    case clang::CK_IntegralToFloating:
      if (shared_.type_name(expr->getType(), false) == "f64") return value(inner, "f64", depth + 1);
      return refused(expr, why_not(inner));
    case clang::CK_FloatingCast:
      if (const auto* literal = llvm::dyn_cast<clang::FloatingLiteral>(plain(inner)); literal != nullptr && shared_.has_doubles) return real(literal, false);
      return refused(expr, why_not(inner));
    case clang::CK_FloatingToIntegral:
    case clang::CK_FloatingToBoolean:
      if (shared_.has_doubles) return translate(inner, depth);  // an f64: whoever needs something else says so
      return refused(expr, why_not(inner));
    default: return refused(expr, why_not(inner));
  }
  auto type = shared_.type_name(expr->getType(), true);
  if (!type || shared_.context.getTypeSize(expr->getType()) < shared_.context.getTypeSize(inner->getType()))
    return refused(expr, "this converts to a type outside the policy language; values are i64 or bool");
  return value(inner, *type, depth + 1);
}

namespace {

/// What a written cast converts: Clang puts the conversion itself beneath some casts as an implicit one.
const clang::Expr* without_conversion(const clang::Expr* expr) {
  const auto* implicit = llvm::dyn_cast<clang::ImplicitCastExpr>(ExprTranslation::plain(expr));
  const bool converts = implicit != nullptr && (implicit->getCastKind() == clang::CK_IntegralToFloating || implicit->getCastKind() == clang::CK_FloatingToIntegral);
  return converts ? implicit->getSubExpr() : expr;
}

}  // namespace

Expr ExprTranslation::explicit_cast(const clang::ExplicitCastExpr* expr, int depth) {
  auto type = shared_.type_name(expr->getTypeAsWritten(), false);
  if (!type || !tasks::is_scalar(*type) || expr->getTypeAsWritten()->isReferenceType())
    return refused(expr, "a cast goes to i64 or bool only; numbers are i64 already");
  if (shared_.has_doubles && *type != "bool") {
    const std::size_t before = shared_.refusals();
    Expr found = translate(without_conversion(expr->getSubExpr()), depth + 1);
    if (shared_.refusals() > before || found.type == *type || !tasks::is_scalar(found.type) || found.type == "bool")
      return converted(std::move(found), *type);
    return cast_to(std::move(found), *type);
  }
  return value(expr->getSubExpr(), *type, depth + 1);
}

}  // namespace assay::verify::frontend
