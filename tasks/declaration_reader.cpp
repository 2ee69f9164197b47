#include "tasks/declaration_reader.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/RecordLayout.h>
#include <clang/Basic/SourceManager.h>

#include <algorithm>
#include <optional>

namespace assay::tasks {
namespace {

constexpr std::uint64_t kMaxArrayLength = 1024;

/// "a\n  b" -> "a b": a doc comment is one paragraph.
std::string one_paragraph(llvm::StringRef text) {
  std::string joined;
  llvm::SmallVector<llvm::StringRef> words;
  text.split(words, '\n', -1, false);
  for (llvm::StringRef line : words) {
    line = line.trim();
    if (line.empty()) continue;
    if (!joined.empty()) joined += ' ';
    joined += line;
  }
  return joined;
}

std::string spelled(clang::QualType type) {
  std::string text = "`";
  return text.append(type.getAsString()).append("`");
}

/// Walks the declarations of one translation unit into a Reading. The only place where Clang meets the contract.
class Reader {
 public:
  Reader(clang::ASTContext& context, Reading& reading) : context_(context), reading_(reading) {}

  void read() {
    for (clang::Decl* decl : context_.getTranslationUnitDecl()->decls()) {
      if (decl->isImplicit()) continue;
      if (in_contract(decl)) {
        read_declaration(decl);
      } else if (auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl)) {
        read_abi(*space);
      }
    }
    if (reading_.contract.functions.empty() && reading_.problems.empty())
      reading_.problems.push_back({1, 1, "no function for the policy to define; declare one, such as "
                                         "`i64 f(const Object& object) ASSAY_RETURNS(\"unit\", 0, 1);`"});
  }

 private:
  // -- places, docs, types --

  bool in_contract(const clang::Decl* decl) const {
    const auto& sources = context_.getSourceManager();
    return sources.getFilename(sources.getFileLoc(decl->getLocation())) == kContractPath;
  }

  int line_of(const clang::Decl* decl) const {
    const auto& sources = context_.getSourceManager();
    return static_cast<int>(sources.getExpansionLineNumber(decl->getLocation()));
  }

  void problem(const clang::Decl* decl, std::string message) {
    const auto& sources = context_.getSourceManager();
    const auto place = sources.getFileLoc(decl->getLocation());
    reading_.problems.push_back({static_cast<int>(sources.getExpansionLineNumber(place)),
                                 static_cast<int>(sources.getExpansionColumnNumber(place)), std::move(message)});
  }

  std::string doc_of(const clang::Decl* decl) const {
    const clang::RawComment* comment = context_.getRawCommentForAnyRedecl(decl);
    if (comment == nullptr) return "";
    return one_paragraph(comment->getFormattedText(context_.getSourceManager(), context_.getDiagnostics()));
  }

  bool is_i64(clang::QualType type) const { return context_.hasSameUnqualifiedType(type, context_.LongLongTy); }

  /// A scalar or the name of a record of this contract.
  std::optional<std::string> value_type(clang::QualType type) const {
    if (is_i64(type)) return "i64";
    if (context_.hasSameUnqualifiedType(type, context_.DoubleTy)) return "f64";
    if (type->isBooleanType()) return "bool";
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    if (record != nullptr && in_contract(record) && reading_.contract.record(record->getName()) != nullptr)
      return record->getName().str();
    return std::nullopt;
  }

  // -- annotations --

  struct Annotation {
    std::string unit;
    std::int64_t min = 0, max = 0;
    double real_min = 0, real_max = 0;  ///< of an f64, and then only these
  };

  /// Of an integer or a floating-point constant; integers must be doubles exactly, for what is written is what is proved.
  std::optional<double> real_constant(const clang::Expr* expression) const {
    clang::Expr::EvalResult value;
    if (!expression->EvaluateAsRValue(value, context_)) return std::nullopt;
    llvm::APFloat number(0.0);
    bool lost = false;
    if (value.Val.isInt()) {
      const llvm::APSInt& whole = value.Val.getInt();
      lost = number.convertFromAPInt(whole, whole.isSigned(), llvm::APFloat::rmNearestTiesToEven) != llvm::APFloat::opOK;
    } else if (value.Val.isFloat()) {
      number = value.Val.getFloat();
      number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &lost);
    } else {
      return std::nullopt;
    }
    if (lost || !number.isFinite()) return std::nullopt;
    return number.convertToDouble();
  }

  std::optional<std::int64_t> constant(const clang::Expr* expression) const {
    clang::Expr::EvalResult value;
    if (!expression->EvaluateAsInt(value, context_)) return std::nullopt;
    const llvm::APSInt number = value.Val.getInt();
    if (!number.isRepresentableByInt64()) return std::nullopt;
    return number.getExtValue();
  }

  static std::vector<const clang::AnnotateAttr*> annotations(const clang::Decl* decl, llvm::StringRef kind) {
    std::vector<const clang::AnnotateAttr*> found;
    for (const auto* attribute : decl->specific_attrs<clang::AnnotateAttr>())
      if (attribute->getAnnotation() == kind) found.push_back(attribute);
    return found;
  }

  static bool has_annotation(const clang::Decl* decl, llvm::StringRef kind) { return !annotations(decl, kind).empty(); }

  /// The annotation `kind` of `decl`, if it is right; what is wrong with it is reported. Requires: there is one.
  std::optional<Annotation> annotation(const clang::Decl* decl, llvm::StringRef kind, const std::string& what,
                                       bool is_double) {
    const auto found = annotations(decl, kind);
    if (found.size() > 1) return problem(decl, what + " is annotated twice; keep one unit and range"), std::nullopt;
    if (found[0]->args_size() != 3)
      return problem(decl, what + ": the annotation does not hold a unit and a range; use the macros of "
                                  "policies/abi/assay.h"), std::nullopt;
    const auto* arguments = found[0]->args_begin();
    Annotation read;
    if (const auto* unit = llvm::dyn_cast<clang::StringLiteral>(arguments[0]->IgnoreParenImpCasts()))
      read.unit = unit->getString().str();
    else
      problem(decl, what + ": the unit is not a string; write it as \"bytes\", or \"\" for none");
    if (is_double) return real_range(decl, std::move(read), arguments[1], arguments[2], what);
    auto low = constant(arguments[1]), high = constant(arguments[2]);
    if (!low || !high)
      return problem(decl, what + ": the range is not two integers within i64; write constants, such as 0 and 1LL << 40"),
             std::nullopt;
    if (*low > *high)
      return problem(decl, what + ": the range is empty, " + std::to_string(*low) + " is more than " +
                               std::to_string(*high) + "; put the smaller end first"), std::nullopt;
    read.min = *low, read.max = *high;
    return read;
  }

  std::optional<Annotation> real_range(const clang::Decl* decl, Annotation read, const clang::Expr* low, const clang::Expr* high,
                                       const std::string& what) {
    auto least = real_constant(low), most = real_constant(high);
    if (!least || !most)
      return problem(decl, what + ": the range is not two finite doubles; write constants, such as -1.5 and 1e9"), std::nullopt;
    if (*least > *most) return problem(decl, what + ": the range is empty; put the smaller end first"), std::nullopt;
    read.real_min = *least, read.real_max = *most;
    return read;
  }

  // -- declarations --

  /// A name that the abi, the jail or the drivers use at the same scope.
  bool is_taken(llvm::StringRef name) const {
    const auto same = [&](const AbiFunction& function) { return function.name == name; };
    for (const char* prefix : {"assay", "Assay", "ASSAY", "kAssay", "kReads", "_"})
      if (name.starts_with(prefix)) return true;
    return name == "Array" || name == "main" || name.contains("__") || std::ranges::any_of(reading_.abi_functions, same);
  }

  void read_declaration(clang::Decl* decl) {
    const auto* name = llvm::dyn_cast<clang::NamedDecl>(decl);
    if (name != nullptr && name->getIdentifier() != nullptr && is_taken(name->getName()))
      return problem(decl, "the name " + name->getName().str() + " is taken; choose another");
    if (auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(decl)) return read_record(*record);
    if (auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl)) return read_function(*function);
    if (auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) return read_constant(*variable);
    if (llvm::isa<clang::StaticAssertDecl, clang::EmptyDecl>(decl)) return;
    problem(decl, "a contract holds records, functions and constants only; remove this " +
                      std::string(decl->getDeclKindName()) + " declaration");
  }

  void read_constant(const clang::VarDecl& variable) {
    const std::string what = "constant " + variable.getName().str();
    if (!variable.isConstexpr() || !is_i64(variable.getType()))
      return problem(&variable, what + " is not a `constexpr i64`; write `constexpr i64 " + variable.getName().str() +
                                    " = ...;`");
    const clang::APValue* value = variable.evaluateValue();
    if (value == nullptr || !value->isInt()) return;  // Clang has said why
    reading_.contract.constants.push_back({variable.getName().str(), value->getInt().getExtValue(), doc_of(&variable), line_of(&variable)});
  }

  void read_record(const clang::CXXRecordDecl& decl) {
    if (decl.getName().empty()) return problem(&decl, "a record without a name; give it one");
    Record record;
    record.name = decl.getName().str();
    record.doc = doc_of(&decl);
    record.line = line_of(&decl);
    if (is_plain_struct(decl)) read_members(decl, record);
    // Also when something is wrong with it: what uses it is not wrong for that.
    reading_.contract.records.push_back(std::move(record));
  }

  bool is_plain_struct(const clang::CXXRecordDecl& decl) {
    const std::string what = "record " + decl.getName().str();
    const auto before = reading_.problems.size();
    if (!decl.isThisDeclarationADefinition())
      problem(&decl, what + " is only announced; define it here, before its first use");
    else if (decl.isUnion())
      problem(&decl, what + " is a union; make it a struct");
    else if (decl.getNumBases() > 0)
      problem(&decl, what + " has a base; list all fields in the struct itself");
    else if (decl.field_empty())
      problem(&decl, what + " has no field; give it one or remove it");
    return reading_.problems.size() == before;
  }

  void read_members(const clang::CXXRecordDecl& decl, Record& record) {
    for (clang::Decl* inner : decl.decls()) {
      if (inner->isImplicit()) continue;
      if (auto* field = llvm::dyn_cast<clang::FieldDecl>(inner))
        read_field(*field, record);
      else
        problem(inner, "record " + record.name + " may have fields only; remove this " + inner->getDeclKindName());
    }
    record.size_bytes = static_cast<std::uint64_t>(context_.getASTRecordLayout(&decl).getSize().getQuantity());
  }

  /// `type` and `array_length` of the field; false when it has no type of the contract language.
  bool read_type(const clang::FieldDecl& decl, Field& field) {
    clang::QualType type = decl.getType();
    const auto* array = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
    if (array != nullptr && array->getName() == "Array" && !in_contract(array)) {
      const llvm::APSInt length = array->getTemplateArgs()[1].getAsIntegral();
      if (length < 1 || length > kMaxArrayLength) {
        problem(&decl, "field " + field.name + ": an Array holds 1 to " + std::to_string(kMaxArrayLength) +
                           " items; change its length");
        return false;
      }
      field.array_length = static_cast<std::uint32_t>(length.getExtValue());
      type = array->getTemplateArgs()[0].getAsType();
    }
    auto name = type.hasQualifiers() ? std::nullopt : value_type(type);
    if (!name) {
      problem(&decl, "field " + field.name + " has type " + spelled(decl.getType()) +
                         "; use i64, f64, bool, a record defined above, or Array<T, N> of one of them");
      return false;
    }
    field.type = *name;
    return true;
  }

  void read_field(const clang::FieldDecl& decl, Record& record) {
    Field field;
    field.name = decl.getName().str();
    field.doc = doc_of(&decl);
    field.line = line_of(&decl);
    if (field.name.empty()) return problem(&decl, "a field without a name; give it one");
    const std::string what = "field " + field.name;
    if (decl.isBitField()) return problem(&decl, what + " is a bit-field; declare it as a whole i64 or bool");
    if (decl.hasInClassInitializer())
      return problem(&decl, what + " has an initialiser; remove it: the driver fills records, and state starts at 0");
    if (decl.isMutable() || decl.getAccess() != clang::AS_public)
      return problem(&decl, what + " is not plainly public; declare the record as a struct, without mutable");
    if (!read_type(decl, field) || !read_range(decl, field)) return;
    const auto& layout = context_.getASTRecordLayout(decl.getParent());
    field.offset_bytes = layout.getFieldOffset(decl.getFieldIndex()) / 8;
    field.size_bytes = static_cast<std::uint64_t>(context_.getTypeSizeInChars(decl.getType()).getQuantity());
    record.fields.push_back(std::move(field));
  }

  bool read_range(const clang::FieldDecl& decl, Field& field) {
    const std::string what = "field " + field.name;
    const bool annotated = has_annotation(&decl, "assay.field");
    if (!is_scalar(field.type)) {
      if (annotated) problem(&decl, what + " is a record, whose fields have their own ranges; remove its ASSAY_FIELD");
      return !annotated;
    }
    if (field.type == "bool") field.max = 1;
    if (!annotated && field.type == "bool") return true;
    if (!annotated) {
      problem(&decl, what + " has no range; write `" + field.name + " ASSAY_FIELD(\"unit\", min, max);`");
      return false;
    }
    auto range = annotation(&decl, "assay.field", what, field.type == "f64");
    if (!range) return false;
    field.unit = range->unit;
    if (field.type == "bool" && (range->min != 0 || range->max != 1)) {
      problem(&decl, what + " is a bool, whose range is 0 to 1; write ASSAY_FIELD(\"\", 0, 1) or nothing");
      return false;
    }
    field.min = range->min, field.max = range->max;
    field.real_min = range->real_min, field.real_max = range->real_max;
    return true;
  }

  void read_function(const clang::FunctionDecl& decl) {
    Function function;
    function.name = decl.getNameAsString();
    function.doc = doc_of(&decl);
    function.line = line_of(&decl);
    const std::string what = "function " + function.name;
    if (reading_.contract.function(function.name) != nullptr || reading_.contract.optional_function(function.name) != nullptr)
      return problem(&decl, what + " is declared twice; a policy defines each name once, so rename or remove one");
    if (decl.isThisDeclarationADefinition())
      return problem(&decl, what + " has a body; end the declaration with `;`: the policy defines it");
    if (decl.isVariadic() || decl.isConstexpr() || decl.isInlineSpecified() ||
        decl.getStorageClass() != clang::SC_None)
      return problem(&decl, what + " is variadic, constexpr, inline, static or extern; declare it plainly");
    for (const clang::ParmVarDecl* parameter : decl.parameters()) read_parameter(*parameter, function);
    read_return(decl, function);
    if (has_annotation(&decl, "assay.optional")) return read_optional(decl, std::move(function));
    if (std::ranges::any_of(function.parameters, &Parameter::is_one))
      return problem(&decl, what + " has a parameter with ASSAY_ONE; that is for the parameters of an invariant");
    reading_.contract.functions.push_back(std::move(function));
  }

  void read_optional(const clang::FunctionDecl& decl, Function function) {
    const bool plain = function.name == "invariant" && function.return_type == "bool" && !function.parameters.empty() &&
                       std::ranges::all_of(function.parameters, [](const Parameter& p) { return p.is_reference && !p.is_state; });
    if (!plain)
      return problem(&decl, "function " + function.name + " is optional; that may be `bool invariant(const Record& record, ...)` only");
    for (const Parameter& parameter : function.parameters)
      if (const Record* record = reading_.contract.record(parameter.type)) check_starts_at_zero(decl, *record, parameter.type);
    reading_.contract.optional_functions.push_back(std::move(function));
  }

  void read_return(const clang::FunctionDecl& decl, Function& function) {
    const std::string what = "function " + function.name;
    const clang::QualType type = decl.getReturnType();
    const bool annotated = has_annotation(&decl, "assay.returns");
    if (type->isVoidType()) {
      function.return_type = "void";
      if (annotated) problem(&decl, what + " returns nothing; remove its ASSAY_RETURNS");
      if (std::ranges::none_of(function.parameters, &Parameter::is_state))
        problem(&decl, what + " returns nothing and may write nothing; let it return i64 or take a `Record& state`");
      return;
    }
    auto name = value_type(type);
    if (!name || !is_scalar(*name))
      return problem(&decl, what + " returns " + spelled(type) + "; a function returns i64, f64, bool or void");
    function.return_type = *name;
    if (*name == "bool") function.max = 1;
    if (!annotated && *name == "bool") return;
    if (!annotated)
      return problem(&decl, what + " has no output range; write ASSAY_RETURNS(\"unit\", min, max) after its parameters");
    auto range = annotation(&decl, "assay.returns", what, *name == "f64");
    if (!range) return;
    if (*name == "bool" && (range->min != 0 || range->max != 1))
      return problem(&decl, what + " returns a bool, whose range is 0 to 1; write ASSAY_RETURNS(\"\", 0, 1) or nothing");
    function.unit = range->unit, function.min = range->min, function.max = range->max;
    function.real_min = range->real_min, function.real_max = range->real_max;
  }

  void read_parameter(const clang::ParmVarDecl& decl, Function& function) {
    Parameter parameter;
    parameter.name = decl.getName().str();
    const std::string what = "parameter " + parameter.name + " of " + function.name;
    if (parameter.name.empty())
      return problem(&decl, "a parameter of " + function.name + " has no name; give it one: prompts and proofs show it");
    if (decl.hasDefaultArg()) problem(&decl, what + " has a default; remove it: the driver hands in every argument");
    const clang::QualType type = decl.getType();
    const bool by_reference = type->isLValueReferenceType();
    const clang::QualType value = type.getNonReferenceType();
    auto name = value_type(value);
    if (!name || type->isRValueReferenceType() || value.isVolatileQualified())
      return problem(&decl, what + " has type " + spelled(type) +
                                "; take i64, f64 or bool by value, a record as `const Record&`, state as `Record&`");
    const bool is_record = !is_scalar(*name);
    if (is_record && !by_reference)
      return problem(&decl, what + " is a record by value; take it as `const " + *name + "&`");
    if (!is_record && by_reference)
      return problem(&decl, what + " is a scalar by reference; state is a record: put it in a struct with its range");
    parameter.type = *name;
    parameter.is_reference = by_reference;
    parameter.is_state = by_reference && !value.isConstQualified();
    parameter.is_one = has_annotation(&decl, "assay.one");
    if (parameter.is_state) check_starts_at_zero(decl, *reading_.contract.record(*name), *name);
    function.parameters.push_back(std::move(parameter));
  }

  /// State starts at 0 (the base case of every proof about it), so 0 must be in range. Says so of the first field only: most
  /// often a `const` was forgotten. Returns whether all is well.
  bool check_starts_at_zero(const clang::Decl& parameter, const Record& record, const std::string& taken) {
    return std::ranges::all_of(record.fields, [&](const Field& field) {
      if (const Record* nested = reading_.contract.record(field.type)) return check_starts_at_zero(parameter, *nested, taken);
      const bool holds_zero = field.type == "f64" ? field.real_min <= 0 && 0 <= field.real_max : field.min <= 0 && 0 <= field.max;
      if (!holds_zero)
        problem(&parameter, "`" + taken + "&` is state, which the policy writes and which starts at 0, but " + record.name +
                                "::" + field.name + " does not admit 0; write `const " + taken +
                                "&` for what is only read, or widen the range");
      return holds_zero;
    });
  }

  void read_abi(const clang::NamespaceDecl& space) {
    for (const clang::Decl* decl : space.decls()) {
      const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl);
      if (function == nullptr || function->isImplicit()) continue;
      AbiFunction found{function->getNameAsString(), value_type(function->getReturnType()).value(), {}, doc_of(function)};
      for (const auto* parameter : function->parameters())
        found.parameter_types.push_back(value_type(parameter->getType()).value());
      reading_.abi_functions.push_back(std::move(found));
    }
  }

  clang::ASTContext& context_;
  Reading& reading_;
};

}  // namespace

void read_declarations(clang::ASTContext& context, Reading& reading) { Reader(context, reading).read(); }

}  // namespace assay::tasks
