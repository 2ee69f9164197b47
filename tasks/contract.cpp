#include "tasks/contract.h"

#include <algorithm>

#include "base/file.h"
#include "tasks/contract_reader.h"

namespace assay::tasks {
namespace {

template <class T>
const T* named(const std::vector<T>& items, std::string_view name) {
  auto found = std::ranges::find(items, name, &T::name);
  return found == items.end() ? nullptr : &*found;
}

std::string listed(const std::vector<Problem>& problems, const std::string& path) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += path + ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column) + ": " + problem.message;
  }
  return text;
}

/// Each part goes in with its length, so that text cannot move from one file to the next unnoticed.
Digest digest_with_abi(const std::string& text) {
  std::string all = std::to_string(text.size()) + '\n' + text;
  for (const AbiHeader& header : abi_headers())
    all += header.path + '\n' + std::to_string(header.text.size()) + '\n' + std::string(header.text);
  return sha256(all);
}

}  // namespace

bool is_scalar(std::string_view type) { return type == "i64" || type == "f64" || type == "bool"; }

const Field* Record::field(std::string_view field_name) const { return named(fields, field_name); }
const Record* Contract::record(std::string_view name) const { return named(records, name); }
const Function* Contract::function(std::string_view name) const { return named(functions, name); }
const Function* Contract::optional_function(std::string_view name) const { return named(optional_functions, name); }

bool Contract::has_doubles() const {
  const auto is_double = [](const auto& item) { return item.type == "f64"; };
  return std::ranges::any_of(records, [&](const Record& record) { return std::ranges::any_of(record.fields, is_double); }) ||
         std::ranges::any_of(functions, [&](const Function& function) {
           return function.return_type == "f64" || std::ranges::any_of(function.parameters, is_double);
         });
}

Result<Contract> read_contract(const std::filesystem::path& policy_header) {
  auto text = read_file(policy_header);
  if (!text) return std::unexpected(text.error());
  return read_contract_text(*text, policy_header.string());
}

Result<Contract> read_contract_text(const std::string& text, const std::string& path) {
  Reading reading = parse_contract(text);
  if (!reading.problems.empty()) return fail(listed(reading.problems, path));
  reading.contract.path = path;
  reading.contract.text = text;
  reading.contract.digest = digest_with_abi(text);
  return std::move(reading.contract);
}

bool is_of_doubles(const AbiFunction& function) {
  return function.return_type == "f64" || std::ranges::find(function.parameter_types, "f64") != function.parameter_types.end();
}

bool is_mark(std::string_view function) { return function == "tunable" || function == "ftunable"; }

const std::vector<AbiFunction>& abi_functions() {
  static const std::vector<AbiFunction> functions = parse_contract("#include \"policies/abi/assay.h\"\n").abi_functions;
  return functions;
}

}  // namespace assay::tasks
