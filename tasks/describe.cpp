#include <bit>
#include <charconv>

#include "tasks/contract.h"

namespace assay::tasks {
namespace {

/// 2^40 rather than 1099511627776: easier for a reader and for a model.
std::string number(std::int64_t value) {
  const bool negative = value < 0;
  const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  if (magnitude < (1u << 16) || !std::has_single_bit(magnitude)) return std::to_string(value);
  return (negative ? "-2^" : "2^") + std::to_string(std::countr_zero(magnitude));
}

/// The shortest text that means this double.
std::string number(double value) {
  char text[40];
  std::string out(text, std::to_chars(text, text + sizeof text, value).ptr);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

std::string range(std::int64_t min, std::int64_t max) { return number(min) + " .. " + number(max); }

std::string comment(const std::string& doc) { return doc.empty() ? "" : "// " + doc + "\n"; }

/// Of a field or of a function's answer, of type `type`.
template <class Ranged>
std::string with_unit(const Ranged& of, const std::string& type) {
  return (of.unit.empty() ? "" : of.unit + ", ") +
         (type == "f64" ? number(of.real_min) + " .. " + number(of.real_max) : range(of.min, of.max));
}

std::string type_of(const Field& field) {
  if (field.array_length == 0) return field.type;
  return "Array<" + field.type + ", " + std::to_string(field.array_length) + ">";
}

std::string field_line(const Field& field) {
  std::string note;
  if (field.type == "i64" || field.type == "f64") note = (field.array_length ? "each: " : "") + with_unit(field, field.type);
  if (field.type == "bool" && !field.unit.empty()) note = field.unit;
  if (!field.doc.empty()) note += (note.empty() ? "" : "; ") + field.doc;
  return "  " + type_of(field) + " " + field.name + ";" + (note.empty() ? "" : "  // " + note) + "\n";
}

std::string signature(const Function& function) {
  std::string parameters;
  for (const Parameter& parameter : function.parameters) {
    if (!parameters.empty()) parameters += ", ";
    parameters += (parameter.is_reference && !parameter.is_state ? "const " : "") + parameter.type +
                  (parameter.is_reference ? "& " : " ") + parameter.name;
  }
  return function.return_type + " " + function.name + "(" + parameters + ");";
}

std::string function_text(const Function& function) {
  std::string text = comment(function.doc);
  for (const Parameter& parameter : function.parameters)
    if (parameter.is_state)
      text += "// May write `" + parameter.name + "`, and must leave each of its fields within its range.\n";
  if (function.return_type == "i64" || function.return_type == "f64")
    text += "// Must return: " + with_unit(function, function.return_type) + ".\n";
  return text + signature(function) + "\n\n";
}

std::string record_text(const Record& record) {
  std::string text = comment(record.doc) + "struct " + record.name + " {\n";
  for (const Field& field : record.fields) text += field_line(field);
  return text + "};\n\n";
}

std::string abi_text(bool has_doubles) {
  std::string text = "// Maths that is defined for every input; call it as it stands.\n";
  for (const AbiFunction& function : abi_functions()) {
    if ((is_of_doubles(function) && !has_doubles) || is_mark(function.name)) continue;
    std::string types;
    for (const std::string& type : function.parameter_types) types += (types.empty() ? "" : ", ") + type;
    text += function.return_type + " " + function.name + "(" + types + ");  // " + function.doc + "\n";
  }
  return text;
}

}  // namespace

std::string describe(const Contract& contract) {
  std::string text =
      "// i64 is a signed integer of 64 bits. Ranges include both ends; every value handed in lies in its range.\n";
  if (contract.has_doubles())
    text += "// f64 is a double: NaN is in no range, `x / 0.0` and `i64(x)` of what does not fit are errors as in integers; to_i64(x) fits "
            "always.\n";
  text += "\n";
  for (const Constant& constant : contract.constants)
    text += "constexpr i64 " + constant.name + " = " + std::to_string(constant.value) + ";" +
            (constant.doc.empty() ? "" : "  // " + constant.doc) + "\n";
  if (!contract.constants.empty()) text += "\n";
  for (const Record& record : contract.records) text += record_text(record);
  text += "// The policy defines each of these.\n\n";
  for (const Function& function : contract.functions) text += function_text(function);
  if (!contract.optional_functions.empty())
    text += "// The policy may define this as well. What it claims must hold at the start, when all is 0, and after every call; it is\n"
            "// proved, and then assumed by the proofs of everything else.\n\n";
  for (const Function& function : contract.optional_functions) text += signature(function) + "\n\n";
  return text + abi_text(contract.has_doubles());
}

}  // namespace assay::tasks
