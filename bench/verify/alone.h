#pragma once
// The same obligations by Z3 alone: the function unrolled with constants folded and nothing else known, every check of it a
// question. What a certifier without an abstract interpreter would do.

#include <cstdint>

#include "verify/lower/program.h"

namespace assay::bench {

struct Alone {
  double explore = 0, print = 0, solve = 0;  ///< milliseconds of the processor
  std::uint64_t questions = 0, unsat = 0, sat = 0, unknown = 0;
  bool gave_up = false;  ///< too many instances to write down; then nothing was asked
  double all() const { return explore + print + solve; }
};

enum class Asking : std::uint8_t {
  each,      ///< one question for each obligation: each can be archived and checked by itself
  at_once,   ///< one question for all of a function's: less to read, but one answer for all
};

/// In this process, without a jail or a pipe in between. `effort`: of a question, in Z3's steps.
Alone by_z3_alone(const verify::lower::Program& program, std::uint64_t instruction_bound, Asking asking, std::uint64_t effort);

}  // namespace assay::bench
