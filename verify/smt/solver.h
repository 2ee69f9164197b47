#pragma once
// Z3 behind values: text in, answer out. The solver runs in a jailed process that the parent can kill.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sandbox/run_jail.h"

namespace assay::verify::smt {

enum class Verdict : std::uint8_t { unsat, sat, unknown };

struct Answer {
  Verdict verdict = Verdict::unknown;
  std::vector<std::pair<std::string, std::string>> model;  ///< sat: input -> decimal number (bit-vectors unsigned)
  std::string reason;                                      ///< unknown
  std::vector<std::pair<std::string, Verdict>> by;  ///< what each solver that was heard answered: "z3", "cvc5"
};

/// Solves in this process, without a clock: `effort` is Z3's own count of steps, so the answer is repeatable.
/// For the jailed handler and for tests.
Answer solve_here(const std::string& text, std::uint64_t effort);

class Solver {
 public:
  virtual ~Solver() = default;
  /// Past `deadline` by the parent's clock the solver is killed: unknown.
  virtual Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) = 0;
};

/// Start before other threads exist: it forks.
Result<std::unique_ptr<Solver>> start_jailed_solver(const sandbox::JailOptions& jail);
/// No jail and no deadline; for tests.
std::unique_ptr<Solver> make_solver_here();

}  // namespace assay::verify::smt
