#pragma once
// One subject of a certificate, a function of the contract or a property of properties.cpp, up to its verdicts: run it
// (certify_trials.h), explore it, ask the solver (certify_solve.h), grade what is left (certify_grade.h). Only the running
// of counterexamples on compiled code comes after. Internal to certify.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tasks/contract.h"
#include "verify/ast.h"
#include "verify/certify.h"
#include "verify/certify_trials.h"
#include "verify/lower/lower.h"
#include "verify/smt/solver.h"

namespace assay::verify {

struct ExaminedClaim {
  Claim claim;  ///< Refuted without `reproduced` while a counterexample waits
  lower::Property property = lower::Property::no_undefined_behaviour;
  std::optional<Counterexample> counterexample;
};

struct ExaminedFunction {
  std::string name;
  std::optional<lower::Program> program;  ///< none: unsupported
  /// Of a function: one per default property, in the order of lower::Property. Of a property: its one claim.
  std::vector<ExaminedClaim> claims;
  std::vector<std::string> smt2;
  EngineTimes times;
};

struct ExamineRequest {
  const tasks::Contract& contract;
  const std::vector<Place>& places;  ///< debug line -> the candidate's own (CheckedIr::places)
  const CertifyOptions& options;
};

/// The default claims of a function.
Result<ExaminedFunction> examine(const lower::LoweredFunction& function, const ExamineRequest& request, smt::Solver& solver);

/// The claim of a property: every `prove` that an execution within its assumptions reaches holds. Such an execution must also
/// be defined and within the bound up to there, else the claim is Unknown. Vacuous unless a run passes a `prove`.
Result<ExaminedFunction> examine_property(const lower::LoweredFunction& function, const properties::Property& property,
                                          const ExamineRequest& request, smt::Solver& solver);

}  // namespace assay::verify
