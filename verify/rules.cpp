#include "verify/rules.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

#include "verify/names.h"

namespace assay::verify {
namespace {

std::string ticked(const std::string& text) { return "`" + text + "`"; }

using tasks::is_scalar;


bool is_real_operator(std::string_view text) { return text == "+" || text == "-" || text == "*" || text == "/"; }

/// What a name means inside a function. `array_length` > 0: an Array of `type`.
struct Meaning {
  TypeName type;
  bool is_writable = false;
  std::uint32_t array_length = 0;
};

/// One function that can be called, abi or helper, by its parameters.
struct Callable {
  TypeName return_type;
  std::vector<PolicyParameter> parameters;
  bool is_judged = true;  ///< false: its own declaration is in doubt, so calls of it are not judged
};

/// Judges one body. Keeps the scopes; a name may not be declared where it already means something.
class BodyRules {
 public:
  BodyRules(const PolicyFunction& function, const tasks::Contract& contract,
            const std::map<std::string, Callable>& callables, const std::set<std::string>& taken,
            std::vector<Diagnostic>& findings)
      : function_(function), contract_(contract), callables_(callables), taken_(taken), findings_(findings) {}

  void run() {
    scopes_.emplace_back();
    opted_in(function_.return_type, function_.place);
    for (const PolicyParameter& parameter : function_.parameters) opted_in(parameter.type, function_.place);
    for (const PolicyParameter& parameter : function_.parameters)
      declare(parameter.name, {parameter.type, !parameter.is_reference || !parameter.is_const, 0}, function_.place);
    body(function_.body);
    if (function_.return_type != "void" && !returns(function_.body))
      find(function_.place, "not every path through " + ticked(function_.name) +
                                " returns a value; end it with a `return`");
  }

 private:
  void find(const Place& place, std::string message) {
    findings_.push_back({place.line, place.column, std::move(message)});
  }

  // -- names --

  void declare(const std::string& name, Meaning meaning, const Place& place) {
    if (meaning_of(name))
      find(place, ticked(name) + " is already declared here; choose another name");
    else if (taken_.contains(name))
      find(place, ticked(name) + " is a name of the contract or of a function; choose another name");
    scopes_.back()[name] = std::move(meaning);
  }

  std::optional<Meaning> meaning_of(const std::string& name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
      if (auto found = scope->find(name); found != scope->end()) return found->second;
    return std::nullopt;
  }

  std::optional<Meaning> name_meaning(const Expr& expr) {
    if (auto meaning = meaning_of(expr.text)) return meaning;
    for (const tasks::Constant& constant : contract_.constants)
      if (constant.name == expr.text) return Meaning{"i64", false, 0};
    find(expr.place, ticked(expr.text) + " is not declared; use a parameter, a local or a constant of the contract");
    return std::nullopt;
  }

  // -- places that hold a value: a name, a field of a record, an item of an Array --

  std::optional<Meaning> place_meaning(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::name: return name_meaning(expr);
      case ExprKind::field: return field_meaning(expr);
      case ExprKind::index: return index_meaning(expr);
      default: find(expr.place, "this is not a variable or a field"); return std::nullopt;
    }
  }

  std::optional<Meaning> field_meaning(const Expr& expr) {
    auto base = place_meaning(expr.children[0]);
    if (!base) return std::nullopt;
    const tasks::Record* record = base->array_length == 0 ? contract_.record(base->type) : nullptr;
    const tasks::Field* field = record != nullptr ? record->field(expr.text) : nullptr;
    if (field == nullptr) {
      find(expr.place, ticked(base->type) + " has no field " + ticked(expr.text));
      return std::nullopt;
    }
    return Meaning{field->type, base->is_writable, field->array_length};
  }

  std::optional<Meaning> index_meaning(const Expr& expr) {
    auto base = place_meaning(expr.children[0]);
    value(expr.children[1], "i64");
    if (!base) return std::nullopt;
    if (base->array_length == 0) {
      find(expr.place, "only an Array field can be indexed");
      return std::nullopt;
    }
    return Meaning{base->type, base->is_writable, 0};
  }

  // -- values --

  void value(const Expr& expr, const TypeName& wanted) {
    if (expr.type != wanted) {
      find(expr.place, "a " + ticked(expr.type) + " stands where a " + ticked(wanted) + " is needed");
      return;
    }
    value(expr);
  }

  void value(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::integer: return typed(expr, "i64");
      case ExprKind::boolean: return typed(expr, "bool");
      case ExprKind::real: return typed(expr, "f64");
      case ExprKind::name:
      case ExprKind::field:
      case ExprKind::index: return scalar_place(expr);
      case ExprKind::unary: return unary(expr);
      case ExprKind::binary: return binary(expr);
      case ExprKind::conditional:
        value(expr.children[0], "bool");
        value(expr.children[1], expr.type);
        value(expr.children[2], expr.type);
        return;
      case ExprKind::call: return call(expr, false);
      case ExprKind::cast: return cast(expr);
    }
  }

  /// Only a hostile or defective reader gets here: the screen knows no f64 where the contract has none.
  void opted_in(const TypeName& type, const Place& place) {
    if (type == "f64" && !contract_.has_doubles()) find(place, "`f64` is not in this contract; use i64, scaled where fractions matter");
  }

  void typed(const Expr& expr, const TypeName& type) {
    opted_in(type, expr.place);
    if (expr.type != type) find(expr.place, "this has type " + ticked(type) + ", not " + ticked(expr.type));
  }

  void scalar_place(const Expr& expr) {
    auto meaning = place_meaning(expr);
    if (!meaning) return;
    if (meaning->array_length > 0) return find(expr.place, "an Array is used item by item, as in `" + last_name(expr) + "[i]`");
    if (!is_scalar(meaning->type))
      return find(expr.place, "a record is used field by field, as in `" + last_name(expr) + "." + some_field(meaning->type) + "`");
    typed(expr, meaning->type);
  }

  static std::string last_name(const Expr& expr) { return expr.text.empty() ? "records" : expr.text; }

  std::string some_field(const TypeName& type) const {
    const tasks::Record* record = contract_.record(type);
    return record == nullptr || record->fields.empty() ? "field" : record->fields[0].name;
  }

  void unary(const Expr& expr) {
    const bool is_real = expr.text == "-" && expr.type == "f64";
    const TypeName type = expr.text == "!" ? "bool" : is_real ? "f64" : "i64";
    typed(expr, type);
    value(expr.children[0], type);
  }

  void binary(const Expr& expr) {
    const TypeName operand = is_logical(expr.text) ? "bool" : operand_type(expr);
    typed(expr, is_comparison(expr.text) || is_logical(expr.text) ? "bool" : operand);
    value(expr.children[0], operand);
    value(expr.children[1], operand);
  }

  /// Comparisons and the four operations work on two i64 or on two f64.
  static TypeName operand_type(const Expr& expr) {
    const bool has_doubles = is_comparison(expr.text) || is_real_operator(expr.text);
    return has_doubles && expr.children[0].type == "f64" ? "f64" : "i64";
  }

  void cast(const Expr& expr) {
    const Expr& child = expr.children[0];
    opted_in(expr.type, expr.place);
    if (!is_scalar(expr.type) || !is_scalar(child.type) || (expr.type == "i64") == (child.type == "i64"))
      find(expr.place, "a cast goes from i64 to bool or f64, or back");
    value(child);
  }

  void call(const Expr& expr, bool is_statement) {
    auto found = callables_.find(expr.text);
    if (found == callables_.end())
      return find(expr.place, ticked(expr.text) + " cannot be called here; call an abi function, or a helper that is "
                              "defined above (a function cannot call itself)");
    const Callable& callee = found->second;
    if (!callee.is_judged) return;
    opted_in(callee.return_type, expr.place);
    if (expr.type != callee.return_type || (callee.return_type == "void" && !is_statement))
      find(expr.place, ticked(expr.text) + " returns " + callee.return_type);
    if (expr.children.size() != callee.parameters.size())
      return find(expr.place, ticked(expr.text) + " takes " + std::to_string(callee.parameters.size()) + " arguments");
    if (tasks::is_mark(expr.text)) return mark(expr);
    for (std::size_t i = 0; i < expr.children.size(); ++i) argument(expr.children[i], callee.parameters[i]);
  }

  /// Three plain numbers, so that a search can put another value there and every value within the bounds is known.
  void mark(const Expr& expr) {
    const bool is_real = expr.text == "ftunable";
    for (const Expr& child : expr.children)
      if (child.kind != (is_real ? ExprKind::real : ExprKind::integer))
        return find(child.place, ticked(expr.text) + " takes three plain numbers: value, low, high, as in `" +
                                     (is_real ? "ftunable(0.5, 0.0, 1.0)" : "tunable(8, 1, 64)") + "`; write the arithmetic around it");
    auto ordered = [&](std::int64_t a, std::int64_t b) {
      return is_real ? std::bit_cast<double>(a) <= std::bit_cast<double>(b) : a <= b;
    };
    const auto& c = expr.children;
    if (!ordered(c[1].value, c[0].value) || !ordered(c[0].value, c[2].value))
      find(expr.place, ticked(expr.text) + " has its value outside its bounds; write the numbers as value, low, high with low <= value <= high");
  }

  void argument(const Expr& expr, const PolicyParameter& parameter) {
    if (!parameter.is_reference) return value(expr, parameter.type);
    auto meaning = place_meaning(expr);
    if (!meaning) return;
    if (meaning->array_length > 0 || meaning->type != parameter.type || expr.type != parameter.type)
      return find(expr.place, "this must be a " + ticked(parameter.type));
    if (!parameter.is_const && !meaning->is_writable)
      find(expr.place, "this record is read-only, but parameter " + ticked(parameter.name) +
                           " may write it; let it be `const " + parameter.type + "&`");
  }

  // -- statements --

  void body(const std::vector<Stmt>& statements) {
    scopes_.emplace_back();
    for (const Stmt& statement : statements) run(statement);
    scopes_.pop_back();
  }

  void run(const Stmt& statement) {
    switch (statement.kind) {
      case StmtKind::declare: return declaration(statement);
      case StmtKind::assign: return assignment(statement);
      case StmtKind::branch:
        value(statement.exprs[0], "bool");
        body(statement.body);
        return body(statement.other);
      case StmtKind::loop: return loop(statement);
      case StmtKind::give_back: return give_back(statement);
      case StmtKind::block: return body(statement.body);
      case StmtKind::stop:
      case StmtKind::skip:
        if (loops_ == 0) find(statement.place, "`break` and `continue` belong in a loop");
        return;
      case StmtKind::call:
        if (statement.exprs[0].kind == ExprKind::call) return call(statement.exprs[0], true);
        return find(statement.place, "this statement does nothing; remove it");
    }
  }

  void declaration(const Stmt& statement) {
    opted_in(statement.type, statement.place);
    if (!is_scalar(statement.type)) find(statement.place, "a local is an i64, an f64 or a bool");
    value(statement.exprs[0], statement.type);
    declare(statement.text, {statement.type, !statement.is_const, 0}, statement.place);
  }

  void assignment(const Stmt& statement) {
    const Expr& target = statement.exprs[0];
    auto meaning = place_meaning(target);
    if (meaning) writable(target, *meaning);
    if (meaning && target.type != meaning->type) typed(target, meaning->type);
    if (statement.text == "=") return value(statement.exprs[1], target.type);
    const bool is_real = target.type == "f64" && is_real_operator(statement.text.substr(0, 1));
    if (!is_real && target.type != "i64") find(statement.place, ticked(statement.text) + " works on i64 only");
    value(statement.exprs[1], is_real ? "f64" : "i64");
  }

  void writable(const Expr& target, const Meaning& meaning) {
    if (meaning.array_length > 0 || !is_scalar(meaning.type))
      return find(target.place, "records and Arrays are written field by field and item by item");
    if (!meaning.is_writable)
      find(target.place, "this is read-only; only locals and fields of a state record (`Record&`) can be written");
  }

  void loop(const Stmt& statement) {
    const Stmt &first = statement.header[0], &step = statement.header[1];
    scopes_.emplace_back();
    if (first.kind != StmtKind::declare || first.type != "i64" || first.is_const)
      find(statement.place, "a loop begins with a variable of its own: `for (i64 i = 0; i < N; i += 1)`");
    else
      declaration(first);
    value(statement.exprs[0], "bool");
    if (step.kind != StmtKind::assign)
      find(statement.place, "a loop ends with a step: `for (i64 i = 0; i < N; i += 1)`");
    else
      assignment(step);
    ++loops_;
    body(statement.body);
    --loops_;
    scopes_.pop_back();
  }

  void give_back(const Stmt& statement) {
    const bool is_void = function_.return_type == "void";
    if (is_void != statement.exprs.empty())
      return find(statement.place, is_void ? "this function returns nothing; write `return;`"
                                           : "this function returns " + function_.return_type + "; return a value");
    if (!is_void) value(statement.exprs[0], function_.return_type);
  }

  /// Sound for "does not fall off its end": only a return, or a branch both of whose sides return, counts.
  static bool returns(const std::vector<Stmt>& statements) {
    return std::ranges::any_of(statements, [](const Stmt& statement) {
      if (statement.kind == StmtKind::give_back) return true;
      if (statement.kind == StmtKind::block) return returns(statement.body);
      return statement.kind == StmtKind::branch && statement.has_other && returns(statement.body) &&
             returns(statement.other);
    });
  }

  const PolicyFunction& function_;
  const tasks::Contract& contract_;
  const std::map<std::string, Callable>& callables_;
  const std::set<std::string>& taken_;
  std::vector<Diagnostic>& findings_;
  std::vector<std::map<std::string, Meaning>> scopes_;
  int loops_ = 0;
};

std::string declaration_of(const tasks::Function& function) {
  std::string text = function.return_type + " " + function.name + "(";
  for (const tasks::Parameter& parameter : function.parameters) {
    if (&parameter != &function.parameters.front()) text += ", ";
    if (parameter.is_reference && !parameter.is_state) text += "const ";
    text += parameter.type + (parameter.is_reference ? "& " : " ") + parameter.name;
  }
  return text + ")";
}

bool same_signature(const PolicyFunction& mine, const tasks::Function& wanted) {
  return mine.return_type == wanted.return_type &&
         std::ranges::equal(mine.parameters, wanted.parameters, [](const PolicyParameter& a, const tasks::Parameter& b) {
           return a.type == b.type && a.is_reference == b.is_reference && (!a.is_reference || a.is_const != b.is_state);
         });
}

/// Judges the functions as a whole and each body in turn.
class PolicyRules {
 public:
  PolicyRules(const tasks::Contract& contract, const std::set<std::string>& unfinished)
      : contract_(contract), unfinished_(unfinished) {
    for (const tasks::Constant& constant : contract.constants) taken_.insert(constant.name);
    for (const tasks::Record& record : contract.records) taken_.insert(record.name);
    for (const tasks::AbiFunction& function : tasks::abi_functions()) add_abi(function);
    for (std::string_view name : {"Array", "kI64Max", "kI64Min"}) taken_.emplace(name);
  }

  std::vector<Diagnostic> run(const Policy& policy) {
    std::set<std::string> names = taken_;
    for (const tasks::Function& function : contract_.functions) names.insert(function.name);
    for (const tasks::Function& function : contract_.optional_functions) names.insert(function.name);
    for (const PolicyFunction& function : policy.functions) names.insert(function.name);
    for (const PolicyFunction& function : policy.functions) {
      const bool is_finished = !unfinished_.contains(function.name);
      if (is_finished) signature(function);
      if (is_finished) BodyRules(function, contract_, callables_, names, findings_).run();
      if (!defined_.insert(function.name).second)
        find(function.place, ticked(function.name) + " is defined twice; keep one");
      if (function.is_helper) callables_[function.name] = {function.return_type, function.parameters, is_finished};
    }
    for (const tasks::Function& function : contract_.functions)
      if (!defined_.contains(function.name))
        findings_.push_back({0, 0, ticked(function.name) + " is not defined; define `" + declaration_of(function) + "`"});
    return std::move(findings_);
  }

 private:
  void find(const Place& place, std::string message) {
    findings_.push_back({place.line, place.column, std::move(message)});
  }

  void add_abi(const tasks::AbiFunction& function) {
    Callable callable{function.return_type, {}, true};
    for (const std::string& type : function.parameter_types) callable.parameters.push_back({"", type, false, true});
    callables_[function.name] = std::move(callable);
    taken_.insert(function.name);
  }

  void signature(const PolicyFunction& function) {
    const tasks::Function* wanted = contract_.function(function.name);
    if (wanted == nullptr) wanted = contract_.optional_function(function.name);
    if (function.is_helper != (wanted == nullptr))
      find(function.place, ticked(function.name) + " is marked wrongly as a helper or as the contract's");
    else if (wanted == nullptr)
      helper_signature(function);
    else if (!same_signature(function, *wanted))
      find(function.place, "the contract wants `" + declaration_of(*wanted) + "`; write exactly this");
  }

  void helper_signature(const PolicyFunction& function) {
    if (taken_.contains(function.name))
      find(function.place, ticked(function.name) + " is a name of the contract or the abi; rename this function");
    if (!is_scalar(function.return_type) && function.return_type != "void")
      find(function.place, ticked(function.name) + " returns " + ticked(function.return_type) +
                               "; a helper returns i64, f64, bool or void");
    for (const PolicyParameter& parameter : function.parameters) {
      const bool scalar = is_scalar(parameter.type);
      if (!scalar && contract_.record(parameter.type) == nullptr)
        find(function.place, ticked(parameter.type) + " is not a type of the contract");
      if (scalar == parameter.is_reference || (scalar && !parameter.is_const))
        find(function.place, "parameter " + ticked(parameter.name) +
                                 ": take i64 and bool by value, records as `const Record&` or `Record&`");
    }
  }

  const tasks::Contract& contract_;
  const std::set<std::string>& unfinished_;
  std::map<std::string, Callable> callables_;
  std::set<std::string> taken_, defined_;
  std::vector<Diagnostic> findings_;
};

}  // namespace

std::vector<Diagnostic> check(const Policy& policy, const tasks::Contract& contract,
                              const std::set<std::string>& unfinished) {
  auto findings = PolicyRules(contract, unfinished).run(policy);
  std::ranges::stable_sort(findings, [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return findings;
}

}  // namespace assay::verify
