#include "verify/certify_story.h"

#include <bit>
#include <charconv>

#include "base/json.h"

namespace assay::verify {
namespace {

using lower::Program;
using lower::Word;

double double_of(Word bits) { return std::bit_cast<double>(static_cast<std::int64_t>(bits)); }

struct Told {
  const std::string& name;
  Word value, lo, hi;
  bool is_double;
};

std::string range_story(const Told& at) {
  return at.name + " is " + shown(at.value, at.is_double) + ", its range is " + shown(at.lo, at.is_double) + " to " + shown(at.hi, at.is_double);
}

std::string out_of_range(const Program& program, const lower::Execution& execution) {
  static const std::string kAnswer = "the answer";
  const bool is_double = program.return_is_double;
  if (program.return_width != 0 && !lower::in_range(execution.result, program.return_min, program.return_max, is_double))
    return range_story({kAnswer, execution.result, program.return_min, program.return_max, is_double});
  for (const lower::Object& object : program.objects)
    for (std::uint32_t i = object.first_slot; object.is_state && i < object.first_slot + object.slot_count; ++i) {
      const lower::Slot& slot = program.slots[i];
      if (!lower::in_range(execution.slots[i], slot.min, slot.max, slot.is_double))
        return range_story({slot.name, execution.slots[i], slot.min, slot.max, slot.is_double});
    }
  return "a value leaves its range";
}

std::string too_long(const lower::Execution& execution, std::uint64_t bound) {
  bool endless = execution.stop == lower::Stop::exceeded;
  return "it runs for " + (endless ? "more than " + std::to_string(kEndless) : std::to_string(execution.cost)) +
         " instructions, the bound is " + std::to_string(bound);
}

}  // namespace

std::string shown(Word value, bool is_double) {
  if (!is_double) return lower::text_of(value);
  char text[32];
  auto [end, code] = std::to_chars(text, text + sizeof text, double_of(value));
  return code == std::errc{} ? std::string(text, end) : "?";
}

std::string assignment(const Program& program, const lower::Inputs& inputs) {
  std::string out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const lower::Input& input = program.inputs[i];
    if (inputs[i] != simplest(input)) out += (out.empty() ? "" : ", ") + input.name + " = " + shown(inputs[i], input.is_double);
  }
  return out.empty() ? "every input as near to 0 as its range allows" : out;
}

std::string inputs_json(const Program& program, const lower::Inputs& inputs) {
  Json out = Json::object();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const lower::Input& input = program.inputs[i];
    out[input.name] = input.is_double ? Json(shown(inputs[i], true)) : Json(static_cast<std::int64_t>(inputs[i]));
  }
  return out.dump();
}

std::string story(const Program& program, const Counterexample& counterexample, lower::Property property, std::uint64_t bound) {
  std::string out = assignment(program, counterexample.inputs) + ": ";
  if (property == lower::Property::terminates) return out + too_long(counterexample.execution, bound);
  if (property == lower::Property::output_range) return out + out_of_range(program, counterexample.execution);
  const lower::Check& check = program.checks[counterexample.execution.check];
  return out + check.what + (check.in_properties && check.line > 0 ? " (properties.cpp, line " + std::to_string(check.line) + ")" : "");
}

}  // namespace assay::verify
