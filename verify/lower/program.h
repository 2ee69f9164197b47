#pragma once
// The small typed program that proofs are about: integers, blocks, checks and a fixed memory. No pointer survives
// lowering: an access names its object and carries a byte offset.
//
// Everything that could go wrong is explicit: a `require` that must hold, a load or store whose offset must hit a slot,
// or a block that ends in a trap. A program without explicit checks is well defined on every input.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "verify/lower/ops.h"

namespace assay::verify::lower {

using ValueId = std::uint32_t;
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// `claim`: what a property of the task's properties.cpp says (verify/properties/properties.h).
enum class Property : std::uint8_t { no_undefined_behaviour, in_bounds, terminates, deterministic, output_range, claim };
std::string_view name_of(Property property);

/// One place where something must not happen.
struct Check {
  Property property = Property::no_undefined_behaviour;
  std::string what;  ///< "signed addition overflows"
  int line = 0;      ///< of the emitted text, from the debug place; 0 unknown
  bool in_properties = false;  ///< the line is one of properties.cpp instead
};

/// One leaf of an object: an integer, or a double as its 64 bits, stored in `bytes` bytes.
struct Slot {
  std::string name;  ///< "object.size", "cache.recent[3]"
  std::uint32_t offset = 0;
  std::uint32_t bytes = 8;
  Word min = 0, max = 0;  ///< declared range of the memory's value, by its signed reading
  Word initial = 0;       ///< of a constant table
  bool is_double = false; ///< min and max are then bit patterns of finite doubles, not ordered as words
};

struct Object {
  std::string name;
  std::uint32_t bytes = 0;
  std::uint32_t first_slot = 0, slot_count = 0;  ///< in Program::slots
  bool is_input = false;  ///< a record of the contract: slots take any value of their ranges
  bool is_state = false;  ///< may be written; its ranges are part of output_range
  bool is_scratch = false;  ///< a local array: slots are uninitialised at entry
};

struct Value {
  unsigned width = 64;
  bool is_constant = false;
  Word constant = 0;
  bool is_double = false;  ///< IEEE binary64, carried as its 64 bits read as a signed number
};

/// `assume`: an execution in which the condition `a` is 0 is not one that is spoken of; it ends there, well.
enum class Action : std::uint8_t { compute, load, store, require, assume };

struct Instruction {
  Action action = Action::compute;
  Op op = Op::add;
  ValueId result = kNone;
  ValueId a = kNone, b = kNone, c = kNone;  ///< load: a = offset; store: a = offset, b = value; require: a = condition
  std::uint32_t object = kNone;             ///< load, store
  std::uint32_t check = kNone;              ///< load, store, require
  ValueId overflow_flag = kNone;            ///< add, sub, mul: while this value is 0 the result is exact
};

struct Phi {
  ValueId result = kNone;
  std::vector<std::pair<std::uint32_t, ValueId>> incoming;  ///< (predecessor block, value)
};

enum class End : std::uint8_t { jump, branch, give_back, trap };

struct Block {
  std::vector<Phi> phis;
  std::vector<Instruction> instructions;
  End end = End::trap;
  ValueId condition = kNone;                ///< branch; give_back: the value, kNone for void
  std::uint32_t target[2] = {kNone, kNone}; ///< branch: taken when the condition is 1, 0; jump: target[0]
  std::uint32_t check = kNone;              ///< trap
  std::uint32_t cost = 0;                   ///< instructions of the checked IR that one pass executes
  std::uint32_t loop = kNone;               ///< innermost loop
  std::uint32_t position = 0;               ///< topological place within that loop (back edges left out)
  std::vector<ValueId> live_in;             ///< values read here or later that are defined earlier, without own phis
};

struct Loop {
  std::uint32_t header = kNone;
  std::uint32_t parent = kNone;
  std::uint32_t position = 0;  ///< topological place within the parent
};

/// A scalar parameter or a slot of an input object, in the order in which a driver and a witness list them.
struct Input {
  std::string name;
  Word min = 0, max = 0;
  ValueId value = kNone;  ///< a parameter, or an `any` of a property
  std::uint32_t slot = kNone;
  bool is_double = false;  ///< min and max as in Slot; -inf to inf: any double, NaN too
};

/// From instruction `at` of the block on, the source's variable has this value. Only in a program that was lowered to be
/// told (verify/toolchain.h, Detail::variables); no proof looks at it.
struct Note {
  enum class Kind : std::uint8_t { number, truth, real };
  std::uint32_t block = 0, at = 0;
  ValueId value = kNone;
  std::string name;
  int line = 0;  ///< of the emitted text, or of properties.cpp
  bool in_properties = false;
  Kind kind = Kind::number;
};

struct Program {
  std::string function;
  std::vector<Value> values;
  std::vector<Object> objects;
  std::vector<Slot> slots;
  std::vector<Input> inputs;
  std::vector<Check> checks;
  std::vector<Block> blocks;  ///< blocks[0] is the entry
  std::vector<Loop> loops;
  std::vector<Note> notes;  ///< in the order of the text's reading
  unsigned return_width = 0;  ///< 0: void
  Word return_min = 0, return_max = 0;
  bool return_is_double = false;  ///< return_min and return_max as in Slot
};

/// Fills loops, positions and live_in. False: the control flow is irreducible.
bool analyse_flow(Program& program);

/// The slot of `object` that an access of `bytes` at `offset` hits exactly, or kNone. Doubles are in slots of doubles only.
std::uint32_t slot_at(const Program& program, std::uint32_t object, Word offset, std::uint32_t bytes, bool is_double = false);

}  // namespace assay::verify::lower
