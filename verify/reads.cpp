#include "verify/reads.h"

#include <algorithm>
#include <map>
#include <set>

namespace assay::verify {
namespace {

/// More ways of calling helpers than this: everything counts as read.
constexpr std::size_t kMaxCalls = 4096;

/// A record as the walk reached it.
struct Reached {
  std::string path;    ///< "Cache.hits"
  std::string record;  ///< "Spread"
};

class Walk {
 public:
  Walk(const Policy& policy, const tasks::Contract& contract) : policy_(policy), contract_(contract) {}

  std::vector<std::string> run() {
    for (const tasks::Function& wanted : contract_.functions)
      if (const PolicyFunction* function = policy_.function(wanted.name)) enter(*function, root_places(*function));
    if (calls_.size() > kMaxCalls) read_everything();
    return {found_.begin(), found_.end()};
  }

 private:
  using Places = std::map<std::string, Reached>;

  static Places root_places(const PolicyFunction& function) {
    Places places;
    for (const PolicyParameter& parameter : function.parameters)
      if (parameter.is_reference) places[parameter.name] = {parameter.type, parameter.type};
    return places;
  }

  void enter(const PolicyFunction& function, Places places) {
    if (calls_.size() > kMaxCalls) return;
    std::string key = function.name;
    for (const auto& [name, place] : places) key.append(" ").append(place.path);
    if (!calls_.insert(std::move(key)).second) return;
    walk(function.body, places);
  }

  void walk(const std::vector<Stmt>& statements, const Places& places) {
    for (const Stmt& statement : statements) {
      walk(statement.header, places);
      for (std::size_t i = 0; i < statement.exprs.size(); ++i) {
        const bool only_written = statement.kind == StmtKind::assign && i == 0 && statement.text == "=";
        only_written ? walk_target(statement.exprs[i], places) : walk(statement.exprs[i], places);
      }
      walk(statement.body, places);
      walk(statement.other, places);
    }
  }

  /// What is assigned is not read, but the indices on the way to it are.
  void walk_target(const Expr& expr, const Places& places) {
    if (expr.kind == ExprKind::index) walk(expr.children[1], places);
    if (expr.kind == ExprKind::index || expr.kind == ExprKind::field) walk_target(expr.children[0], places);
  }

  void walk(const Expr& expr, const Places& places) {
    if (expr.kind == ExprKind::call) return walk_call(expr, places);
    if (expr.kind != ExprKind::field && expr.kind != ExprKind::index) {
      for (const Expr& child : expr.children) walk(child, places);
      return;
    }
    walk_target(expr, places);
    resolve(expr, places, true);
  }

  void walk_call(const Expr& expr, const Places& places) {
    const PolicyFunction* callee = policy_.function(expr.text);
    Places inner;
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
      if (callee == nullptr || !callee->parameters[i].is_reference) {
        walk(expr.children[i], places);
        continue;
      }
      walk_target(expr.children[i], places);
      inner[callee->parameters[i].name] = resolve(expr.children[i], places, false);
    }
    if (callee != nullptr) enter(*callee, std::move(inner));
  }

  /// Where a place expression leads; `is_read` also notes its last field.
  Reached resolve(const Expr& expr, const Places& places, bool is_read) {
    if (expr.kind == ExprKind::index) return resolve(expr.children[0], places, is_read);
    if (expr.kind != ExprKind::field) {
      auto found = places.find(expr.text);
      return found == places.end() ? Reached{} : found->second;
    }
    const Reached base = resolve(expr.children[0], places, false);
    const tasks::Record* record = contract_.record(base.record);
    const tasks::Field* field = record == nullptr ? nullptr : record->field(expr.text);
    if (field == nullptr) return {};
    Reached place{base.path + "." + field->name, field->type};
    if (is_read) note(place.path, base.record + "." + field->name);
    return place;
  }

  void note(const std::string& path, const std::string& pair) {
    found_.insert(pair);
    for (std::size_t dot = path.find('.', path.find('.') + 1); dot != std::string::npos; dot = path.find('.', dot + 1))
      found_.insert(path.substr(0, dot));
    found_.insert(path);
  }

  void read_everything() {
    for (const std::string& path : paths_of(contract_)) found_.insert(path);
    for (const tasks::Record& record : contract_.records)
      for (const tasks::Field& field : record.fields) found_.insert(record.name + "." + field.name);
  }

  const Policy& policy_;
  const tasks::Contract& contract_;
  std::set<std::string> found_, calls_;
};

void add_paths(const tasks::Contract& contract, const tasks::Record& record, const std::string& prefix,
               std::vector<std::string>& paths) {
  for (const tasks::Field& field : record.fields) {
    const std::string path = prefix + "." + field.name;
    paths.push_back(path);
    if (const tasks::Record* nested = contract.record(field.type)) add_paths(contract, *nested, path, paths);
  }
}

/// Paths of one group are kept up together by a widened driver: "Cache" (its plain fields), "Cache[]" (its arrays),
/// "Cache.hits" (a nested record with all below it).
std::string group_of(const std::string& path, const tasks::Contract& contract) {
  const std::size_t first = path.find('.');
  const std::string root = path.substr(0, first);
  const std::string top = path.substr(first + 1, path.find('.', first + 1) - first - 1);
  const tasks::Record* record = contract.record(root);
  const tasks::Field* field = record == nullptr ? nullptr : record->field(top);
  if (field == nullptr || contract.record(field->type) != nullptr) return root + "." + top;
  return field->array_length > 0 ? root + "[]" : root;
}

}  // namespace

std::vector<std::string> reads_of(const Policy& policy, const tasks::Contract& contract) {
  return Walk(policy, contract).run();
}

std::vector<std::string> paths_of(const tasks::Contract& contract) {
  std::vector<std::string> paths;
  std::set<std::string> roots;
  for (const tasks::Function& function : contract.functions)
    for (const tasks::Parameter& parameter : function.parameters)
      if (const tasks::Record* record = contract.record(parameter.type); record && roots.insert(record->name).second)
        add_paths(contract, *record, record->name, paths);
  return paths;
}

std::vector<std::string> widened(const std::vector<std::string>& reads, const tasks::Contract& contract) {
  std::set<std::string> states;
  for (const tasks::Function& function : contract.functions)
    for (const tasks::Parameter& parameter : function.parameters)
      if (parameter.is_state) states.insert(parameter.type);
  const std::vector<std::string> paths = paths_of(contract);
  std::set<std::string> groups;
  for (const std::string& path : paths)
    if (std::ranges::binary_search(reads, path)) groups.insert(group_of(path, contract));
  std::vector<std::string> wide;
  for (const std::string& path : paths)
    if (groups.contains(group_of(path, contract)) || states.contains(path.substr(0, path.find('.')))) wide.push_back(path);
  std::ranges::sort(wide);
  return wide;
}

std::string reads_constants(const tasks::Contract& contract, const std::vector<std::string>& reads) {
  std::map<std::string, bool> constants;  // A.b_c and A.b.c share a name: read if either is
  for (const std::string& path : paths_of(contract)) {
    std::string name = path;
    std::ranges::replace(name, '.', '_');
    constants[name] |= std::ranges::binary_search(reads, path);
  }
  std::string text;
  for (const auto& [name, is_read] : constants)
    text += "constexpr bool kReads_" + name + " = " + (is_read ? "true" : "false") + ";\n";
  return text;
}

}  // namespace assay::verify
