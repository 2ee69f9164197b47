#pragma once
// Concrete runs of a subject: the source of witnesses, of cheap refutations, and the judge of every model of a solver.
// Internal to certify.

#include <cstdint>
#include <optional>
#include <string>

#include "verify/lower/interpret.h"
#include "verify/lower/program.h"
#include "verify/lower/sample.h"

namespace assay::verify {

/// An input that breaks a claim in the interpreter, still to be run on the compiled candidate.
struct Counterexample {
  lower::Inputs inputs;
  lower::Execution execution;  ///< with a generous bound, for `terminates`
};

/// Past this many instructions a run of the interpreter counts as endless.
inline constexpr std::uint64_t kEndless = 2'000'000;
inline constexpr std::size_t kClaimKinds = 6;  ///< of lower::Property

inline std::size_t index_of(lower::Property property) { return static_cast<std::size_t>(property); }

/// What an execution within the bound breaks, if anything.
std::optional<lower::Property> broken_by(const lower::Program& program, const lower::Execution& execution);

class Trials {
 public:
  /// `reach`: a run is a witness once it returns and has passed a point of this; nullopt: once it returns.
  Trials(const lower::Program& program, std::uint64_t bound, std::optional<lower::Property> reach)
      : program_(program), bound_(bound), reach_(reach) {}

  /// The fixed list of inputs; of long executions its beginning. Requires: has_inputs(program).
  void sample();
  /// Runs an input; keeps it as a witness or, made simpler, as a counterexample. Answers what it breaks.
  std::optional<lower::Property> consider(const lower::Inputs& inputs);

  bool refuted(lower::Property property) const { return counterexamples_[index_of(property)].has_value(); }
  const Counterexample& counterexample(lower::Property property) const { return *counterexamples_[index_of(property)]; }
  /// The check that the counterexample breaks; lower::kNone for a bound or a range.
  std::uint32_t check(lower::Property property) const { return checks_[index_of(property)]; }
  std::uint64_t spent() const { return spent_; }  ///< instructions that were run, refutations made simpler apart
  bool has_witness() const { return reached_any_; }
  const lower::Inputs& witness() const { return witness_; }
  const lower::Execution& reached() const { return reached_; }

 private:
  void refute(lower::Property property, const lower::Inputs& inputs, std::uint32_t check);
  bool is_witness(const lower::Execution& execution) const;

  const lower::Program& program_;
  std::uint64_t bound_;
  std::uint64_t spent_ = 0;
  std::optional<lower::Property> reach_;
  std::optional<Counterexample> counterexamples_[kClaimKinds];
  std::uint32_t checks_[kClaimKinds] = {};
  lower::Inputs witness_;
  lower::Execution reached_;
  bool reached_any_ = false;
};

}  // namespace assay::verify
