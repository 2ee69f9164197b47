// The contract reader: any text as policy.h.

#include <set>

#include "tasks/contract.h"
#include "tests/fuzz/fuzz.h"

namespace assay::tasks {
namespace {

using fuzz::must;

bool is_name(std::string_view text) {
  const auto fits = [](unsigned char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80; };
  return !text.empty() && std::ranges::all_of(text, fits);
}

/// "policy.h:L:C: what is wrong", one a line.
void check_problems(const std::string& text, int lines) {
  must(!text.empty(), "an Error says why");
  int line = 0, column = 0, read = 0;
  must(std::sscanf(text.c_str(), "policy.h:%d:%d: %n", &line, &column, &read) == 2 && read > 0, "a problem has a place");
  must(line >= 0 && line <= lines + 1 && column >= 0, "the place lies in the text");
}

void check_range(const std::string& type, std::int64_t min, std::int64_t max, double real_min, double real_max) {
  if (type == "i64" || type == "bool") must(min <= max, "a range is not empty");
  if (type == "bool") must(min == 0 && max == 1, "a bool is 0 or 1");
  if (type == "f64") must(real_min <= real_max && std::abs(real_min) < INFINITY && std::abs(real_max) < INFINITY, "a range of doubles is finite");
}

void check_record(const Record& record, const std::set<std::string>& earlier) {
  must(is_name(record.name) && !record.fields.empty() && record.size_bytes > 0 && record.line >= 1, "a record has a name, fields and a place");
  std::uint64_t end = 0;
  std::set<std::string> names;
  for (const Field& field : record.fields) {
    must(is_name(field.name) && names.insert(field.name).second, "fields have names of their own");
    must(is_scalar(field.type) || earlier.contains(field.type), "a field is a scalar or an earlier record");
    must(field.offset_bytes >= end && field.size_bytes > 0, "fields do not overlap");
    end = field.offset_bytes + field.size_bytes;
    must(end <= record.size_bytes && field.array_length <= 1024, "fields lie in their record");
    if (is_scalar(field.type)) check_range(field.type, field.min, field.max, field.real_min, field.real_max);
  }
}

void check_contract(const Contract& contract, const std::string& text) {
  must(contract.text == text && !contract.functions.empty(), "a contract has its text and a function");
  std::set<std::string> names;
  for (const Record& record : contract.records) {
    check_record(record, names);
    must(names.insert(record.name).second, "records have names of their own");
  }
  for (const auto* functions : {&contract.functions, &contract.optional_functions})
    for (const Function& function : *functions) {
      must(is_name(function.name) && names.insert(function.name).second, "functions have names of their own");
      check_range(function.return_type, function.min, function.max, function.real_min, function.real_max);
      for (const Parameter& parameter : function.parameters)
        must(is_name(parameter.name) && (is_scalar(parameter.type) ? !parameter.is_reference : contract.record(parameter.type) && parameter.is_reference),
             "a parameter is a scalar by value or a record by reference");
    }
  for (const Constant& constant : contract.constants) must(is_name(constant.name) && names.insert(constant.name).second, "constants have names of their own");
  const std::string told = describe(contract);
  for (const Function& function : contract.functions) must(told.find(function.name) != std::string::npos, "a prompt names every function");
}

}  // namespace
}  // namespace assay::tasks

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay;
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto contract = tasks::read_contract_text(text, "policy.h");
  if (contract) tasks::check_contract(*contract, text);
  else tasks::check_problems(contract.error().what, static_cast<int>(std::ranges::count(text, '\n')));
  return 0;
}
