#include "verify/lower/layout.h"

namespace assay::verify::lower {
namespace {

using tasks::Contract;
using tasks::Field;
using tasks::Record;

std::string add_fields(Program& program, const Contract& contract, const Record& record, const std::string& prefix,
                       std::uint32_t base);

/// One element of a field: a leaf, or a nested record. Answers what is wrong, or "".
std::string add_element(Program& program, const Contract& contract, const Field& field, const std::string& name,
                        std::uint32_t offset, std::uint32_t bytes) {
  if (const Record* nested = contract.record(field.type)) return add_fields(program, contract, *nested, name + ".", offset);
  bool is_bool = field.type == "bool";
  if (field.type == "f64") {
    if (bytes != 8) return "field " + name + " has " + std::to_string(bytes) + " bytes";
    program.slots.push_back({name, offset, bytes, word_of(field.real_min), word_of(field.real_max), 0, true});
    return "";
  }
  if (!is_bool && field.type != "i64") return "field " + name + " has the unknown type " + field.type;
  if (bytes != (is_bool ? 1u : 8u)) return "field " + name + " has " + std::to_string(bytes) + " bytes";
  program.slots.push_back({name, offset, bytes, is_bool ? Word{0} : Word{field.min}, is_bool ? Word{1} : Word{field.max}, 0});
  return "";
}

std::string add_fields(Program& program, const Contract& contract, const Record& record, const std::string& prefix,
                       std::uint32_t base) {
  for (const Field& field : record.fields) {
    std::uint32_t count = field.array_length == 0 ? 1 : field.array_length;
    auto bytes = static_cast<std::uint32_t>(field.size_bytes / count);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string name = prefix + field.name + (field.array_length == 0 ? "" : "[" + std::to_string(i) + "]");
      auto offset = base + static_cast<std::uint32_t>(field.offset_bytes) + i * bytes;
      if (std::string wrong = add_element(program, contract, field, name, offset, bytes); !wrong.empty()) return wrong;
    }
  }
  return "";
}

}  // namespace

std::expected<std::uint32_t, std::string> add_record(Program& program, const Contract& contract, const Record& record,
                                                     const std::string& name, bool is_state) {
  Object object{.name = name, .bytes = static_cast<std::uint32_t>(record.size_bytes), .is_input = true, .is_state = is_state};
  object.first_slot = static_cast<std::uint32_t>(program.slots.size());
  if (std::string wrong = add_fields(program, contract, record, name + ".", 0); !wrong.empty()) return std::unexpected(wrong);
  object.slot_count = static_cast<std::uint32_t>(program.slots.size()) - object.first_slot;
  for (std::uint32_t at = object.first_slot; at < program.slots.size(); ++at) {
    const Slot& slot = program.slots[at];
    program.inputs.push_back({slot.name, slot.min, slot.max, kNone, at, slot.is_double});
  }
  program.objects.push_back(std::move(object));
  return static_cast<std::uint32_t>(program.objects.size() - 1);
}

}  // namespace assay::verify::lower
