#include "verify/frontend/translate.h"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Basic/SourceManager.h>

#include <algorithm>
#include <set>

#include "tasks/contract.h"
#include "verify/frontend/session.h"
#include "verify/names.h"

namespace assay::verify::frontend {

Place Translation::place(clang::SourceLocation location) const {
  const auto& sources = context.getSourceManager();
  const clang::SourceLocation file = sources.getFileLoc(location);
  return {static_cast<int>(sources.getSpellingLineNumber(file)), static_cast<int>(sources.getSpellingColumnNumber(file))};
}

void Translation::refuse(clang::SourceLocation location, std::string message) {
  const Place at = in_file(location, kCandidatePath) ? place(location) : Place{};
  parsed_.findings.push_back({at.line, at.column, std::move(message)});
}

bool Translation::in_file(clang::SourceLocation location, llvm::StringRef name) const {
  const auto& sources = context.getSourceManager();
  return location.isValid() && sources.getFilename(sources.getFileLoc(location)).ends_with(name);
}

std::optional<TypeName> Translation::type_name(clang::QualType type, bool any_integer) const {
  type = type.getNonReferenceType().getCanonicalType();
  if (type.isVolatileQualified()) return std::nullopt;
  if (const auto* builtin = type->getAs<clang::BuiltinType>()) {
    const auto kind = builtin->getKind();
    if (kind == clang::BuiltinType::Bool) return "bool";
    if (kind == clang::BuiltinType::LongLong) return "i64";
    if (kind == clang::BuiltinType::Double && has_doubles) return "f64";
    if (any_integer && (kind == clang::BuiltinType::Int || kind == clang::BuiltinType::Long)) return "i64";
    return std::nullopt;
  }
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  if (record == nullptr || record->getIdentifier() == nullptr || !in_file(record->getLocation(), "policy.h"))
    return std::nullopt;
  return record->getNameAsString();
}

namespace {

constexpr char kLoopForm[] = "write the loop as `for (i64 i = 0; i < N; i += 1)`";

/// A sentence for the statements that are most often tried.
std::string why_not(const clang::Stmt* statement) {
  using namespace clang;
  if (llvm::isa<WhileStmt, DoStmt, CXXForRangeStmt>(statement))
    return std::string("this loop is not in the policy language; ") + kLoopForm + " with a bound that holds for every input";
  if (llvm::isa<SwitchStmt, SwitchCase>(statement)) return "`switch` is not in the policy language; use if/else if";
  if (llvm::isa<GotoStmt, LabelStmt, IndirectGotoStmt>(statement))
    return "`goto` is not in the policy language; use if/else and return";
  if (llvm::isa<CXXTryStmt>(statement)) return "exceptions are not in the policy language; return a value";
  if (llvm::isa<AsmStmt>(statement)) return "`asm` is not in the policy language";
  if (llvm::isa<AttributedStmt>(statement)) return "attributes are not in the policy language";
  return std::string("this statement (") + statement->getStmtClassName() + ") is not in the policy language";
}

std::string type_mend(const clang::VarDecl* variable) {
  const clang::QualType type = variable->getType();
  const std::string name = "`" + variable->getNameAsString() + "`";
  if (type->isReferenceType()) return name + " is a reference; name the field itself, or pass the record to a helper";
  if (type->isPointerType()) return name + " is a pointer; there are none in the policy language";
  if (type->isArrayType()) return name + " is an array; only fields of the contract are, use separate locals";
  if (type->isRecordType()) return name + " is a record; locals are i64 or bool, copy the fields you need";
  return name + " is not an i64 or a bool; write `i64 " + variable->getNameAsString() + "`";
}

class FunctionTranslation {
 public:
  FunctionTranslation(Translation& shared, const clang::FunctionDecl* decl) : shared_(shared), exprs_(shared), decl_(decl) {}

  PolicyFunction run(bool is_helper) {
    PolicyFunction function;
    function.name = decl_->getNameAsString();
    function.place = shared_.place(decl_->getLocation());
    function.is_helper = is_helper;
    if (!is_policy_name(function.name)) refuse(decl_, "`" + function.name + "` is a reserved name; choose another name");
    declaration();
    function.return_type = return_type();
    for (const clang::ParmVarDecl* parameter : decl_->parameters()) add_parameter(*parameter, function);
    return_type_ = function.return_type;
    if (const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(decl_->getBody()))
      for (const clang::Stmt* statement : body->body()) add(statement, function.body, 1);
    else
      refuse(decl_, "a function is a plain body in braces");
    return function;
  }

 private:
  void refuse(const clang::Decl* decl, std::string message) { shared_.refuse(decl->getLocation(), std::move(message)); }
  void refuse(const clang::Stmt* statement, std::string message) {
    shared_.refuse(statement->getBeginLoc(), std::move(message));
  }

  bool has_written_attributes(const clang::Decl* decl) const {
    return decl->hasAttrs() && std::ranges::any_of(decl->getAttrs(), [](const clang::Attr* attribute) {
             return !attribute->isImplicit() && !attribute->isInherited();
           });
  }

  void declaration() {
    if (decl_->isConstexpr() || decl_->isVariadic() || decl_->isDeleted() || decl_->isDefaulted() ||
        decl_->isExternC() || decl_->getTemplatedKind() != clang::FunctionDecl::TK_NonTemplate ||
        decl_->getExceptionSpecType() != clang::EST_None || decl_->getTrailingRequiresClause() != nullptr)
      refuse(decl_, "a plain function is needed here: no constexpr, noexcept, extern, template or `...`");
    if (has_written_attributes(decl_)) refuse(decl_, "attributes are not in the policy language");
  }

  TypeName return_type() {
    const clang::QualType type = decl_->getReturnType();
    if (type->isVoidType()) return "void";
    auto name = type->isReferenceType() ? std::nullopt : shared_.type_name(type, false);
    if (!name || !tasks::is_scalar(*name))
      return refuse(decl_, "a function returns i64, bool or void" + (shared_.has_doubles ? std::string(", or f64") : "")), "i64";
    return *name;
  }

  /// One that stands nowhere in the policy.
  std::string unused_name(std::size_t position) const {
    std::string name = "unused" + std::to_string(position);
    while (shared_.context.Idents.find(name) != shared_.context.Idents.end()) name += 'x';
    return name;
  }

  void add_parameter(const clang::ParmVarDecl& decl, PolicyFunction& function) {
    PolicyParameter parameter;
    parameter.name = decl.getNameAsString();
    if (parameter.name.empty()) parameter.name = unused_name(function.parameters.size() + 1);
    if (!is_policy_name(parameter.name))
      refuse(&decl, "`" + parameter.name + "` is a reserved name; choose another name");
    const clang::QualType type = decl.getType();
    auto name = shared_.type_name(type, false);
    parameter.is_reference = type->isLValueReferenceType();
    parameter.is_const = !parameter.is_reference || type.getNonReferenceType().isConstQualified();
    if (!name || type->isRValueReferenceType() || decl.hasDefaultArg() || has_written_attributes(&decl))
      refuse(&decl, "parameter `" + parameter.name +
                        "`: take i64 and bool by value, records as `const Record&` or `Record&`, without defaults");
    parameter.type = name.value_or("i64");
    function.parameters.push_back(std::move(parameter));
  }

  // -- statements --

  std::vector<Stmt> body_of(const clang::Stmt* statement, int depth) {
    std::vector<Stmt> body;
    if (const auto* compound = llvm::dyn_cast<clang::CompoundStmt>(statement)) {
      for (const clang::Stmt* inner : compound->body()) add(inner, body, depth);
    } else {
      add(statement, body, depth);
    }
    return body;
  }

  Stmt node(StmtKind kind, const clang::Stmt* statement) const {
    Stmt made;
    made.kind = kind;
    made.place = shared_.place(statement->getBeginLoc());
    return made;
  }

  /// Adds what `statement` is: nothing for `;`, several for `i64 a = 1, b = 2;`, else one.
  void add(const clang::Stmt* statement, std::vector<Stmt>& to, int depth) {
    using namespace clang;
    if (depth > kMaxDepth) return refuse(statement, "nested too deep; split this with helpers");
    if (statement->getBeginLoc().isMacroID()) return refuse(statement, "a macro is not in the policy language; write it out");
    if (llvm::isa<NullStmt>(statement)) return;
    if (const auto* s = llvm::dyn_cast<DeclStmt>(statement)) return add_declarations(s, to, depth);
    if (const auto* s = llvm::dyn_cast<CompoundStmt>(statement)) {
      Stmt block = node(StmtKind::block, s);
      block.body = body_of(s, depth + 1);
      return to.push_back(std::move(block));
    }
    if (const auto* s = llvm::dyn_cast<IfStmt>(statement)) return to.push_back(branch(s, depth));
    if (const auto* s = llvm::dyn_cast<ForStmt>(statement)) return to.push_back(loop(s, depth));
    if (const auto* s = llvm::dyn_cast<ReturnStmt>(statement)) return to.push_back(give_back(s, depth));
    if (llvm::isa<BreakStmt>(statement)) return to.push_back(node(StmtKind::stop, statement));
    if (llvm::isa<ContinueStmt>(statement)) return to.push_back(node(StmtKind::skip, statement));
    if (const auto* s = llvm::dyn_cast<clang::Expr>(statement)) return add_expression(s, to, depth);
    refuse(statement, why_not(statement));
  }

  void add_declarations(const clang::DeclStmt* statement, std::vector<Stmt>& to, int depth) {
    for (const clang::Decl* decl : statement->decls()) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
      if (variable != nullptr && variable->getKind() == clang::Decl::Var) {
        to.push_back(declaration(variable, depth));
      } else if (!llvm::isa<clang::EmptyDecl>(decl)) {
        refuse(decl, "only locals of type i64 or bool can be declared here");
      }
    }
  }

  Stmt declaration(const clang::VarDecl* variable, int depth) {
    Stmt made;
    made.kind = StmtKind::declare;
    made.place = shared_.place(variable->getLocation());
    made.text = variable->getNameAsString();
    made.is_const = variable->getType().isConstQualified();
    auto type = variable->getType()->isReferenceType() ? std::nullopt : shared_.type_name(variable->getType(), false);
    made.type = type.value_or("i64");
    if (!is_policy_name(made.text)) refuse(variable, "`" + made.text + "` is a reserved name; choose another name");
    if (variable->getStorageClass() != clang::SC_None || variable->getTSCSpec() != clang::TSCS_unspecified)
      refuse(variable, "`" + made.text + "` is static; state that lasts lives in the contract's state records");
    if (has_written_attributes(variable)) refuse(variable, "attributes are not in the policy language");
    if (!type || !tasks::is_scalar(*type))
      refuse(variable, type_mend(variable));
    else if (!variable->hasInit())
      refuse(variable, "`" + made.text + "` has no value; write `" + *type + " " + made.text + " = 0;`");
    else
      made.exprs.push_back(exprs_.value(variable->getInit(), *type, depth + 1));
    return made;
  }

  Stmt branch(const clang::IfStmt* statement, int depth) {
    if (statement->getStatementKind() != clang::IfStatementKind::Ordinary || statement->getInit() != nullptr ||
        statement->getConditionVariable() != nullptr)
      refuse(statement, "a plain `if (condition)` is needed; declare variables before it");
    Stmt made = node(StmtKind::branch, statement);
    made.exprs.push_back(exprs_.value(statement->getCond(), "bool", depth + 1));
    made.body = body_of(statement->getThen(), depth + 1);
    if (statement->getElse() != nullptr) {
      made.has_other = true;
      made.other = body_of(statement->getElse(), depth + 1);
    }
    return made;
  }

  Stmt loop(const clang::ForStmt* statement, int depth) {
    Stmt made = node(StmtKind::loop, statement);
    if (statement->getInit() == nullptr || statement->getCond() == nullptr || statement->getInc() == nullptr ||
        statement->getConditionVariable() != nullptr || !llvm::isa<clang::DeclStmt>(statement->getInit())) {
      refuse(statement, kLoopForm);
      return made;
    }
    add(statement->getInit(), made.header, depth + 1);
    made.exprs.push_back(exprs_.value(statement->getCond(), "bool", depth + 1));
    add(statement->getInc(), made.header, depth + 1);
    if (made.header.size() != 2 || made.header[0].kind != StmtKind::declare || made.header[1].kind != StmtKind::assign)
      refuse(statement, kLoopForm);
    made.body = body_of(statement->getBody(), depth + 1);
    return made;
  }

  Stmt give_back(const clang::ReturnStmt* statement, int depth) {
    Stmt made = node(StmtKind::give_back, statement);
    if (const clang::Expr* result = statement->getRetValue(); result != nullptr && return_type_ == "void")
      refuse(statement, "this function returns nothing; write `return;`");
    else if (result != nullptr)
      made.exprs.push_back(exprs_.value(result, return_type_, depth + 1));
    return made;
  }

  void add_expression(const clang::Expr* wrapped, std::vector<Stmt>& to, int depth) {
    const clang::Expr* expr = ExprTranslation::plain(wrapped);
    if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expr); binary != nullptr && binary->isAssignmentOp())
      return to.push_back(assignment(binary, depth));
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
        unary != nullptr && unary->isIncrementDecrementOp())
      return to.push_back(increment(unary, depth));
    if (expr->getStmtClass() == clang::Stmt::CallExprClass) {
      Stmt made = node(StmtKind::call, expr);
      made.exprs.push_back(exprs_.call(llvm::cast<clang::CallExpr>(expr), depth + 1));
      return to.push_back(std::move(made));
    }
    if (const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(expr);
        cast != nullptr && cast->getType()->isVoidType() && llvm::isa<clang::DeclRefExpr>(ExprTranslation::plain(cast->getSubExpr())))
      return;  // `(void)unused;`
    refuse(expr, "this statement does nothing; assign the value or remove it");
  }

  Stmt assignment(const clang::BinaryOperator* expr, int depth) {
    Stmt made = node(StmtKind::assign, expr);
    made.place = shared_.place(expr->getBeginLoc());
    Expr target = exprs_.place(expr->getLHS(), depth + 1);
    std::string op = expr->getOpcodeStr().str();
    if (op == "=" || target.type == "i64" || target.type == "f64") {
      const TypeName wanted = tasks::is_scalar(target.type) ? target.type : "i64";
      if (wanted == "f64" && op != "=" && op != "+=" && op != "-=" && op != "*=" && op != "/=")
        refuse(expr, "`" + op + "` works on i64 only");
      made.exprs.push_back(std::move(target));
      made.exprs.push_back(exprs_.value(expr->getRHS(), wanted, depth + 1));
      made.text = std::move(op);
      return made;
    }
    return bool_assignment(expr, std::move(made), std::move(target), op, depth);
  }

  /// `b |= c` on bool values: C++ computes it on int, which is b = bool(i64(b) | i64(c)).
  Stmt bool_assignment(const clang::BinaryOperator* expr, Stmt made, Expr target, const std::string& op, int depth) {
    if (target.type != "bool" || (op != "|=" && op != "&=" && op != "^="))
      refuse(expr, "`" + op + "` works on i64 only");
    Expr computed{ExprKind::binary, "i64", op.substr(0, op.size() - 1), 0, {}, made.place};
    computed.children.push_back(ExprTranslation::converted(target, "i64"));
    computed.children.push_back(exprs_.value(expr->getRHS(), "i64", depth + 3));
    made.text = "=";
    made.exprs.push_back(std::move(target));
    made.exprs.push_back(ExprTranslation::converted(std::move(computed), "bool"));
    return made;
  }

  Stmt increment(const clang::UnaryOperator* expr, int depth) {
    Stmt made = node(StmtKind::assign, expr);
    made.text = expr->isIncrementOp() ? "+=" : "-=";
    made.exprs.push_back(exprs_.place(expr->getSubExpr(), depth + 1));
    made.exprs.push_back({ExprKind::integer, "i64", "", 1, {}, made.place});
    if (made.exprs[0].type != "i64") refuse(expr, "`++` and `--` work on i64 only");
    return made;
  }

  Translation& shared_;
  ExprTranslation exprs_;
  const clang::FunctionDecl* decl_;
  TypeName return_type_;
};

std::string why_not(const clang::Decl* decl) {
  if (llvm::isa<clang::VarDecl>(decl))
    return "a global; put constants into the function as `const i64`, state lives in the contract's records";
  if (llvm::isa<clang::RecordDecl>(decl)) return "a type of the policy's own; use the records of the contract";
  return std::string("this declaration (") + decl->getDeclKindName() + ") is not in the policy language; write functions only";
}

bool has_policy_names(const PolicyFunction& function) {
  return is_policy_name(function.name) &&
         std::ranges::all_of(function.parameters, [](const auto& parameter) { return is_policy_name(parameter.name); });
}

void translate_declaration(const clang::Decl* decl, const std::set<std::string>& of_contract, Translation& shared,
                           Parsed& parsed) {
  if (llvm::isa<clang::EmptyDecl>(decl)) return;
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
  if (function == nullptr || function->getKind() != clang::Decl::Function || function->getIdentifier() == nullptr)
    return shared.refuse(decl->getLocation(), why_not(decl));
  if (!function->isThisDeclarationADefinition())
    return shared.refuse(decl->getLocation(), "a declaration without a body; define the function here, before it is used");
  const std::string name = function->getNameAsString();
  const std::size_t before = shared.refusals();
  PolicyFunction made = FunctionTranslation(shared, function).run(!of_contract.contains(name));
  if (shared.refusals() > before) {
    parsed.unfinished.insert(name);
    made.body.clear();
    if (!has_policy_names(made)) return;
  }
  parsed.policy.functions.push_back(std::move(made));
}

/// A double, or an Array of them.
bool holds_doubles(clang::QualType type) {
  const auto* array = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
  if (array != nullptr && array->getName() == "Array") type = array->getTemplateArgs()[0].getAsType();
  return type->isSpecificBuiltinType(clang::BuiltinType::Double);
}

bool contract_has_doubles(const clang::ASTContext& context, const Translation& shared) {
  return std::ranges::any_of(context.getTranslationUnitDecl()->decls(), [&](const clang::Decl* decl) {
    if (decl->isImplicit() || !shared.in_file(decl->getLocation(), "policy.h")) return false;
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl))
      return holds_doubles(function->getReturnType()) ||
             std::ranges::any_of(function->parameters(), [](const auto* parameter) { return holds_doubles(parameter->getType()); });
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl);
    return record != nullptr && std::ranges::any_of(record->fields(), [](const auto* field) { return holds_doubles(field->getType()); });
  });
}

}  // namespace

void translate_unit(clang::ASTContext& context, Parsed& parsed) {
  Translation shared(context, parsed);
  shared.has_doubles = contract_has_doubles(context, shared);
  std::set<std::string> of_contract;
  for (const clang::Decl* decl : context.getTranslationUnitDecl()->decls())
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
        function != nullptr && shared.in_file(function->getLocation(), "policy.h"))
      of_contract.insert(function->getNameAsString());
  for (const clang::Decl* decl : context.getTranslationUnitDecl()->decls())
    if (!decl->isImplicit() && shared.in_file(decl->getLocation(), kCandidatePath))
      translate_declaration(decl, of_contract, shared, parsed);
}

}  // namespace assay::verify::frontend
