#pragma once
// Runs a lowered program on concrete inputs: where witnesses come from, and the oracle of the abstract engines.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "verify/lower/program.h"

namespace assay::verify::lower {

enum class Stop : std::uint8_t {
  returned,
  violated,  ///< `check` failed
  exceeded,  ///< more than the given cost
  dismissed, ///< an assumption does not hold: the input is not one that is spoken of
};

struct Execution {
  Stop stop = Stop::returned;
  std::uint32_t check = kNone;       ///< violated
  Word result = 0;                   ///< returned, when not void
  std::vector<Word> slots;           ///< memory at the end, in the order of Program::slots
  std::uint64_t cost = 0;            ///< instructions of the checked IR executed
  std::uint64_t points[6] = {};      ///< checks passed, by property
};

/// Sees the values before each instruction of a block, and once more before its end.
using Observer = std::function<void(std::uint32_t block, std::size_t instruction, std::span<const Word> values)>;

/// `inputs`: one word per Program::inputs, each canonical for its width; ranges are the caller's affair.
Execution interpret(const Program& program, std::span<const Word> inputs, std::uint64_t most_cost, const Observer* observer = nullptr);

/// A value of a declared range, both ends included (ops.h says what that is for a double).
bool in_range(Word value, Word min, Word max, bool is_double);

/// Return value and state slots lie in their declared ranges. Requires: execution.stop == returned.
bool output_in_range(const Program& program, const Execution& execution);

}  // namespace assay::verify::lower
