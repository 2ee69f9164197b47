#pragma once
// Z3 and cvc5 behind values: text in, answer out. Each runs in a jailed process that the parent can kill.

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sandbox/run_jail.h"

namespace assay::verify::smt {

enum class Verdict : std::uint8_t { unsat, sat, unknown };
std::string_view name_of(Verdict verdict);

struct Answer {
  Verdict verdict = Verdict::unknown;
  /// sat: declared name -> decimal number: bit-vectors unsigned, doubles as their 64 bits, reals as a fraction "1/3".
  std::vector<std::pair<std::string, std::string>> model;
  std::string reason;                                      ///< unknown
  std::vector<std::pair<std::string, Verdict>> by;  ///< what each solver that was heard answered: "z3", "cvc5"
  bool repeatable = true;  ///< false: a clock, a crash or a disagreement had a part in it
};

/// Solves in this process, without a clock: `effort` is Z3's own count of steps, so the answer is repeatable.
/// For jailed handlers and for tests.
Answer solve_here(const std::string& text, std::uint64_t effort);
/// The same by cvc5, which counts steps of its own.
Answer solve_with_cvc5(const std::string& text, std::uint64_t effort);

/// What follows from the answers of several solvers to one question. Sat beside unsat is a defect, theirs or ours:
/// unknown, with a reason that names both. The model is that of the first that has one.
Answer agree(const std::vector<Answer>& heard);

struct SolverCounts {
  std::uint64_t asked = 0, killed = 0;
  std::uint64_t settled_by_z3 = 0, settled_by_cvc5 = 0;  ///< whose answer was the one that was given
  std::uint64_t cache_hits = 0, cache_misses = 0;
};

class Solver {
 public:
  virtual ~Solver() = default;
  /// Past `deadline` by the parent's clock the solver is killed: unknown. `effort` is in steps of Z3.
  virtual Result<Answer> ask(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) = 0;
  /// Every solver is heard, or killed; `by` lists them all. For answers that a stranger is to rely on.
  virtual Result<Answer> ask_all(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) {
    return ask(text, effort, deadline);
  }
  /// As ask(), past any cache: of a certificate, nothing rests on what somebody answered before.
  virtual Result<Answer> ask_uncached(const std::string& text, std::uint64_t effort, std::chrono::milliseconds deadline) {
    return ask(text, effort, deadline);
  }
  virtual SolverCounts counts() const { return {}; }
  /// Once a stop is asked for, whatever is asked is unknown, at once.
  virtual void stop_when(std::stop_token) {}
};

/// Start all of these before other threads exist: they fork.
Result<std::unique_ptr<Solver>> start_jailed_solver(const sandbox::JailOptions& jail);
Result<std::unique_ptr<Solver>> start_jailed_cvc5(const sandbox::JailOptions& jail);

/// Z3 and cvc5 side by side. The verdict of ask() does not depend on who is quicker: unsat by either settles; a model is
/// Z3's wherever Z3 finds one within its effort (cvc5's for floating point), else the other's; efforts are counted in steps.
Result<std::unique_ptr<Solver>> start_portfolio(const sandbox::JailOptions& jail);

/// "z3 4.8.12, cvc5 1.0.3": part of what an answer is filed under.
std::string solver_versions();

/// Z3 without jail or deadline; for tests.
std::unique_ptr<Solver> make_solver_here();

}  // namespace assay::verify::smt
