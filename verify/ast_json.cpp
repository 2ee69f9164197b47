// The policy as JSON. Short keys and no defaults: these are stored once per candidate and cross the jail once per screen.
//   expression {k, t, s text, v value, c children, p [line, column]}
//   statement  {k, t, s text, const, e exprs, h header, b body, o other, p}
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

#include "tasks/contract.h"
#include "verify/ast.h"
#include "verify/names.h"

namespace assay::verify {
namespace {

constexpr std::array<std::string_view, 11> kExprKinds = {"integer", "boolean", "name",        "field", "index",
                                                         "unary",   "binary",  "conditional", "call",  "cast", "real"};
constexpr std::array<std::string_view, 9> kStmtKinds = {"declare", "assign", "branch", "loop", "return",
                                                        "block",   "break",  "continue", "call"};

template <class List, class Write>
Json list_of(const List& items, Write write) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

void put_place(Json& json, const Place& place) {
  if (place.line != 0) json["p"] = {place.line, place.column};
}

Json expr_json(const Expr& expr) {
  Json json = {{"k", kExprKinds[static_cast<std::size_t>(expr.kind)]}, {"t", expr.type}};
  if (!expr.text.empty()) json["s"] = expr.text;
  if (expr.value != 0) json["v"] = expr.value;
  if (!expr.children.empty()) json["c"] = list_of(expr.children, expr_json);
  put_place(json, expr.place);
  return json;
}

Json stmt_json(const Stmt& statement) {
  Json json = {{"k", kStmtKinds[static_cast<std::size_t>(statement.kind)]}};
  if (!statement.type.empty()) json["t"] = statement.type;
  if (!statement.text.empty()) json["s"] = statement.text;
  if (statement.is_const) json["const"] = true;
  if (!statement.exprs.empty()) json["e"] = list_of(statement.exprs, expr_json);
  if (!statement.header.empty()) json["h"] = list_of(statement.header, stmt_json);
  if (!statement.body.empty()) json["b"] = list_of(statement.body, stmt_json);
  if (statement.has_other) json["o"] = list_of(statement.other, stmt_json);
  put_place(json, statement.place);
  return json;
}

Json parameter_json(const PolicyParameter& parameter) {
  return {{"name", parameter.name},
          {"type", parameter.type},
          {"reference", parameter.is_reference},
          {"const", parameter.is_const}};
}

Json function_json(const PolicyFunction& function) {
  Json json = {{"name", function.name},
               {"returns", function.return_type},
               {"parameters", list_of(function.parameters, parameter_json)},
               {"body", list_of(function.body, stmt_json)},
               {"helper", function.is_helper}};
  put_place(json, function.place);
  return json;
}

/// Reads JSON that a hostile process may have written: every shape is checked, every name and operator is known, depth
/// and size are bounded. Types, scopes and calls are the business of check() (verify/rules.h).
class Reader {
 public:
  Result<Policy> read(const Json& json) {
    Policy policy;
    const Json& functions = get(json, "functions", Json::value_t::array);
    for (const Json& item : functions) {
      if (!error_.empty()) break;
      policy.functions.push_back(read_function(item));
    }
    if (!error_.empty()) return fail("policy: " + error_);
    return policy;
  }

 private:
  void bad(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }

  const Json& get(const Json& object, const char* key, Json::value_t type) {
    static const Json kNothing;
    auto found = object.is_object() ? object.find(key) : object.end();
    if (found == object.end()) return bad(std::string("\"") + key + "\" is missing"), kNothing;
    if (found->type() != type) return bad(std::string("\"") + key + "\" has the wrong type"), kNothing;
    return *found;
  }

  std::string get_text(const Json& object, const char* key) {
    const Json& found = get(object, key, Json::value_t::string);
    return found.is_string() ? found.get<std::string>() : std::string();
  }

  std::string optional_text(const Json& object, const char* key) {
    return object.is_object() && object.contains(key) ? get_text(object, key) : std::string();
  }

  bool get_flag(const Json& object, const char* key) {
    const Json& found = get(object, key, Json::value_t::boolean);
    return found.is_boolean() && found.get<bool>();
  }

  std::string get_name(const Json& object, const char* key) {
    std::string name = get_text(object, key);
    if (!is_policy_name(name)) bad("\"" + name.substr(0, 64) + "\" is not a name of the policy language");
    return name;
  }

  TypeName type_named(std::string name, bool may_be_void) {
    if (!tasks::is_scalar(name) && !(may_be_void && name == "void") && !is_policy_name(name))
      bad("\"" + name.substr(0, 64) + "\" is not a type of the policy language");
    return name;
  }

  Place read_place(const Json& json) {
    auto found = json.find("p");
    if (found == json.end()) return {};
    auto whole = [](const Json& number) { return number.is_number_integer() && number >= 0 && number <= 1 << 20; };
    if (!found->is_array() || found->size() != 2 || !whole((*found)[0]) || !whole((*found)[1]))
      return bad("\"p\" is not a line and a column"), Place{};
    return {(*found)[0].get<int>(), (*found)[1].get<int>()};
  }

  template <std::size_t N>
  std::size_t read_kind(const Json& json, const std::array<std::string_view, N>& kinds) {
    const std::string kind = get_text(json, "k");
    auto found = std::ranges::find(kinds, kind);
    if (found == kinds.end()) return bad("unknown node \"" + kind.substr(0, 64) + "\""), 0;
    return static_cast<std::size_t>(found - kinds.begin());
  }

  bool enter(int depth) {
    if (depth > kMaxDepth) bad("nested deeper than " + std::to_string(kMaxDepth));
    if (++nodes_ > kMaxNodes) bad("more than " + std::to_string(kMaxNodes) + " nodes");
    return error_.empty();
  }

  std::vector<Expr> read_exprs(const Json& json, const char* key, int depth) {
    std::vector<Expr> exprs;
    if (!json.contains(key)) return exprs;
    for (const Json& item : get(json, key, Json::value_t::array)) {
      if (!error_.empty()) break;
      exprs.push_back(read_expr(item, depth));
    }
    return exprs;
  }

  std::vector<Stmt> read_stmts(const Json& json, const char* key, int depth) {
    std::vector<Stmt> statements;
    if (!json.contains(key)) return statements;
    for (const Json& item : get(json, key, Json::value_t::array)) {
      if (!error_.empty()) break;
      statements.push_back(read_stmt(item, depth));
    }
    return statements;
  }

  Expr read_expr(const Json& json, int depth) {
    Expr expr;
    if (!enter(depth)) return expr;
    expr.kind = static_cast<ExprKind>(read_kind(json, kExprKinds));
    expr.type = type_named(get_text(json, "t"), expr.kind == ExprKind::call);
    if (!error_.empty()) return expr;
    expr.text = optional_text(json, "s");
    if (json.contains("v")) expr.value = read_value(json["v"]);
    expr.children = read_exprs(json, "c", depth + 1);
    expr.place = read_place(json);
    check_shape(expr);
    return expr;
  }

  std::int64_t read_value(const Json& json) {
    const bool fits = json.is_number_unsigned() ? json.get<std::uint64_t>() <= INT64_MAX : json.is_number_integer();
    if (!fits) return bad("\"v\" is not a whole number of 64 bits"), 0;
    return json.get<std::int64_t>();
  }

  void check_shape(const Expr& expr) {
    auto shape = [&](std::size_t children, bool text_fits) {
      if (expr.children.size() != children || !text_fits) bad("a malformed " + std::string(name_of_kind(expr)));
    };
    if (expr.kind != ExprKind::integer && expr.kind != ExprKind::boolean && expr.kind != ExprKind::real && expr.value != 0)
      bad("a value on a " + std::string(name_of_kind(expr)));
    switch (expr.kind) {
      case ExprKind::integer: return shape(0, expr.text.empty());
      case ExprKind::boolean: return shape(0, expr.text.empty() && (expr.value == 0 || expr.value == 1));
      case ExprKind::name: return shape(0, is_policy_name(expr.text));
      case ExprKind::field: return shape(1, is_policy_name(expr.text));
      case ExprKind::index: return shape(2, expr.text.empty());
      case ExprKind::unary: return shape(1, is_unary_operator(expr.text));
      case ExprKind::binary: return shape(2, is_binary_operator(expr.text));
      case ExprKind::conditional: return shape(3, expr.text.empty());
      case ExprKind::call: return shape(expr.children.size(), is_policy_name(expr.text));
      case ExprKind::cast: return shape(1, expr.text.empty());
      case ExprKind::real: return shape(0, expr.text.empty() && std::isfinite(std::bit_cast<double>(expr.value)));
    }
  }

  static std::string_view name_of_kind(const Expr& expr) { return kExprKinds[static_cast<std::size_t>(expr.kind)]; }

  Stmt read_stmt(const Json& json, int depth) {
    Stmt statement;
    if (!enter(depth)) return statement;
    statement.kind = static_cast<StmtKind>(read_kind(json, kStmtKinds));
    if (!error_.empty()) return statement;
    statement.type = optional_text(json, "t");
    statement.text = optional_text(json, "s");
    statement.is_const = json.contains("const") && get_flag(json, "const");
    statement.exprs = read_exprs(json, "e", depth + 1);
    statement.header = read_stmts(json, "h", depth + 1);
    statement.body = read_stmts(json, "b", depth + 1);
    statement.has_other = json.contains("o");
    statement.other = read_stmts(json, "o", depth + 1);
    statement.place = read_place(json);
    check_shape(statement);
    return statement;
  }

  void check_shape(const Stmt& statement) {
    auto shape = [&](std::size_t least, std::size_t most, bool rest) {
      if (statement.exprs.size() < least || statement.exprs.size() > most || !rest)
        bad("a malformed " + std::string(kStmtKinds[static_cast<std::size_t>(statement.kind)]));
    };
    const bool no_text = statement.text.empty() && statement.type.empty() && !statement.is_const;
    const bool no_parts = statement.header.empty() && statement.body.empty() && !statement.has_other;
    const bool is_scalar = tasks::is_scalar(statement.type);
    switch (statement.kind) {
      case StmtKind::declare: return shape(1, 1, is_policy_name(statement.text) && is_scalar && no_parts);
      case StmtKind::assign:
        return shape(2, 2, is_assignment(statement.text) && statement.type.empty() && !statement.is_const && no_parts);
      case StmtKind::branch: return shape(1, 1, no_text && statement.header.empty());
      case StmtKind::loop: return shape(1, 1, no_text && statement.header.size() == 2 && !statement.has_other);
      case StmtKind::give_back: return shape(0, 1, no_text && no_parts);
      case StmtKind::block: return shape(0, 0, no_text && statement.header.empty() && !statement.has_other);
      case StmtKind::stop:
      case StmtKind::skip: return shape(0, 0, no_text && no_parts);
      case StmtKind::call: return shape(1, 1, no_text && no_parts);
    }
  }

  PolicyParameter read_parameter(const Json& json) {
    enter(0);
    return {get_name(json, "name"), type_named(get_text(json, "type"), false), get_flag(json, "reference"),
            get_flag(json, "const")};
  }

  PolicyFunction read_function(const Json& json) {
    PolicyFunction function;
    if (!enter(0)) return function;
    function.name = get_name(json, "name");
    function.return_type = type_named(get_text(json, "returns"), true);
    for (const Json& item : get(json, "parameters", Json::value_t::array)) {
      if (!error_.empty()) break;
      function.parameters.push_back(read_parameter(item));
    }
    if (!error_.empty()) return function;
    function.body = read_stmts(json, "body", 1);
    function.is_helper = get_flag(json, "helper");
    function.place = read_place(json);
    return function;
  }

  std::string error_;
  std::size_t nodes_ = 0;
};

}  // namespace

Json to_json(const Policy& policy) { return {{"functions", list_of(policy.functions, function_json)}}; }

Result<Policy> policy_from_json(const Json& json) { return Reader().read(json); }

}  // namespace assay::verify
