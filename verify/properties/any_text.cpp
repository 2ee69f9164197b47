#include "verify/properties/any_text.h"

#include <cstdio>

namespace assay::verify::properties {
namespace {

void add_leaves(const tasks::Contract& contract, const tasks::Record& record, const std::string& prefix, std::vector<Leaf>& leaves) {
  for (const tasks::Field& field : record.fields) {
    const std::uint32_t count = field.array_length == 0 ? 1 : field.array_length;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::string name = prefix + "." + field.name + (field.array_length == 0 ? "" : "[" + std::to_string(i) + "]");
      if (const tasks::Record* nested = contract.record(field.type)) add_leaves(contract, *nested, name, leaves);
      else leaves.push_back({name, field.type, &field});
    }
  }
}

/// The smallest i64 has no literal.
std::string literal(std::int64_t value) {
  return value == INT64_MIN ? "kI64Min" : std::to_string(value) + "LL";
}

/// In hexadecimal: the very double.
std::string exact(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

/// "record.length[2]" as an item of the array's own storage: a constant place, without a test.
std::string storage_of(std::string name) {
  for (std::size_t at = name.find('['); at != std::string::npos; at = name.find('[', at + 7)) name.insert(at, ".items");
  return name;
}

std::string chosen(const Leaf& leaf, std::size_t record, std::size_t number) {
  const std::string place = ", line, column, " + std::to_string(record) + ", " + std::to_string(number) + ")";
  if (leaf.type == "bool") return "assay_choose(0, 1" + place + " != 0";
  if (leaf.type == "f64") return "assay_choose_double(" + exact(leaf.field->real_min) + ", " + exact(leaf.field->real_max) + place;
  return "assay_choose(" + literal(leaf.field->min) + ", " + literal(leaf.field->max) + place;
}

}  // namespace

std::vector<Leaf> leaves_of(const tasks::Contract& contract, const tasks::Record& record) {
  std::vector<Leaf> leaves;
  add_leaves(contract, record, "", leaves);
  return leaves;
}

std::string any_text(const tasks::Contract& contract) {
  std::string text;
  std::size_t number = 0;
  for (const tasks::Record& record : contract.records) {
    ++number;
    text += "template <>\ninline " + record.name + " any<" + record.name + ">(int line, int column) {\n  " + record.name + " record;\n";
    std::size_t leaf_number = 0;
    for (const Leaf& leaf : leaves_of(contract, record))
      text += "  record" + storage_of(leaf.name) + " = " + chosen(leaf, number, leaf_number++) + ";\n";
    text += "  return record;\n}\n\n";
  }
  return text;
}

}  // namespace assay::verify::properties
