#include "verify/lower/interpret.h"

#include <cassert>

namespace assay::verify::lower {
namespace {

class Machine {
 public:
  Machine(const Program& program, std::span<const Word> inputs, std::uint64_t most_cost, const Observer* observer)
      : program_(program), most_cost_(most_cost), observer_(observer), values_(program.values.size()), known_(program.slots.size(), true) {
    for (std::size_t i = 0; i < program.values.size(); ++i) values_[i] = program.values[i].constant;
    for (const Slot& slot : program.slots) out_.slots.push_back(slot.initial);
    for (const Object& object : program.objects)
      for (std::uint32_t i = 0; object.is_scratch && i < object.slot_count; ++i) known_[object.first_slot + i] = false;
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
      const Input& input = program.inputs[i];
      (input.value != kNone ? values_[input.value] : out_.slots[input.slot]) = inputs[i];
    }
  }

  Execution run() {
    std::uint32_t block = 0, from = kNone;
    while (block != kNone) {
      std::uint32_t next = step(block, from);
      from = block;
      block = next;
    }
    return std::move(out_);
  }

 private:
  void show(std::uint32_t block, std::size_t instruction) const {
    if (observer_ != nullptr) (*observer_)(block, instruction, values_);
  }

  std::uint32_t step(std::uint32_t number, std::uint32_t from) {
    const Block& block = program_.blocks[number];
    out_.cost += block.cost;
    if (out_.cost > most_cost_) return finish(Stop::exceeded, kNone);
    enter(block, from);
    for (std::size_t i = 0; i < block.instructions.size(); ++i) {
      show(number, i);
      if (!execute(block.instructions[i])) return kNone;
    }
    show(number, block.instructions.size());
    switch (block.end) {
      case End::jump: return block.target[0];
      case End::branch: return block.target[values_[block.condition] != 0 ? 0 : 1];
      case End::trap: return finish(Stop::violated, block.check);
      case End::give_back:
        if (block.condition != kNone) out_.result = values_[block.condition];
        return finish(Stop::returned, kNone);
    }
    return kNone;
  }

  /// Phis read their operands all at once, before any of them is written.
  void enter(const Block& block, std::uint32_t from) {
    read_.clear();
    for (const Phi& phi : block.phis)
      for (auto [predecessor, value] : phi.incoming)
        if (predecessor == from) {
          read_.push_back(values_[value]);
          break;
        }
    assert(read_.size() == block.phis.size());
    for (std::size_t i = 0; i < read_.size(); ++i) values_[block.phis[i].result] = read_[i];
  }

  std::uint32_t finish(Stop stop, std::uint32_t check) {
    out_.stop = stop;
    out_.check = check;
    return kNone;
  }

  bool passed(std::uint32_t check) {
    ++out_.points[static_cast<std::size_t>(program_.checks[check].property)];
    return true;
  }

  bool execute(const Instruction& at) {
    switch (at.action) {
      case Action::require:
        if (values_[at.a] == 0) return finish(Stop::violated, at.check), false;
        return passed(at.check);
      case Action::assume: return values_[at.a] != 0 || (finish(Stop::dismissed, kNone), false);
      case Action::load: case Action::store: return access(at);
      case Action::compute: break;
    }
    auto value = evaluate(at.op, program_.values[at.result].width, program_.values[operand(at)].width, values_[at.a],
                          at.b == kNone ? 0 : values_[at.b], at.c == kNone ? 0 : values_[at.c]);
    assert(value && "a require stands before every operation that can be undefined");
    values_[at.result] = value.value_or(0);
    return true;
  }

  /// The operand whose width names the operation's: for select the condition's is of no interest.
  static ValueId operand(const Instruction& at) { return at.op == Op::select ? at.b : at.a; }

  bool access(const Instruction& at) {
    const Value& moved = program_.values[at.action == Action::load ? at.result : at.b];
    std::uint32_t slot = slot_at(program_, at.object, values_[at.a], moved.width / 8, moved.is_double);
    if (slot == kNone || (at.action == Action::load && !known_[slot])) return finish(Stop::violated, at.check), false;
    if (at.action == Action::load) values_[at.result] = out_.slots[slot];
    else out_.slots[slot] = values_[at.b], known_[slot] = true;
    return passed(at.check);
  }

  const Program& program_;
  std::uint64_t most_cost_;
  const Observer* observer_;
  std::vector<Word> values_;
  std::vector<bool> known_;
  std::vector<Word> read_;  ///< by phis of the block that is entered
  Execution out_;
};

}  // namespace

Execution interpret(const Program& program, std::span<const Word> inputs, std::uint64_t most_cost, const Observer* observer) {
  assert(inputs.size() == program.inputs.size());
  return Machine(program, inputs, most_cost, observer).run();
}

bool in_range(Word value, Word min, Word max, bool is_double) {
  return is_double ? double_in_range(value, min, max) : min <= value && value <= max;
}

bool output_in_range(const Program& program, const Execution& execution) {
  if (program.return_width != 0 && !in_range(execution.result, program.return_min, program.return_max, program.return_is_double)) return false;
  for (const Object& object : program.objects)
    for (std::uint32_t i = 0; object.is_state && i < object.slot_count; ++i) {
      const Slot& slot = program.slots[object.first_slot + i];
      if (!in_range(execution.slots[object.first_slot + i], slot.min, slot.max, slot.is_double)) return false;
    }
  return true;
}

}  // namespace assay::verify::lower
