#pragma once
// All of a certificate but the running of counterexamples: lower, sample, explore, ask the solver. Internal to certify.

#include <optional>
#include <string>
#include <vector>

#include "tasks/contract.h"
#include "verify/ast.h"
#include "verify/certify.h"
#include "verify/lower/lower.h"
#include "verify/lower/sample.h"
#include "verify/smt/solver.h"

namespace assay::verify {

/// An input that breaks a claim in the interpreter, still to be run on the compiled candidate.
struct Counterexample {
  lower::Inputs inputs;
  lower::Execution execution;  ///< with a generous bound, for `terminates`
};

struct ExaminedClaim {
  Claim claim;  ///< Refuted without `reproduced` while a counterexample waits
  std::optional<Counterexample> counterexample;
};

struct ExaminedFunction {
  std::string name;
  std::optional<lower::Program> program;  ///< none: unsupported
  std::vector<ExaminedClaim> claims;      ///< one per property, in the order of lower::Property
  std::vector<std::string> smt2;
};

/// Past this many instructions a run of the interpreter counts as endless.
inline constexpr std::uint64_t kEndless = 2'000'000;

struct ExamineRequest {
  const tasks::Contract& contract;
  const std::vector<Place>& places;  ///< debug line -> the candidate's own (CheckedIr::places)
  const CertifyOptions& options;
};

Result<ExaminedFunction> examine(const lower::LoweredFunction& function, const ExamineRequest& request, smt::Solver& solver);

}  // namespace assay::verify
