#pragma once
// Decides lemmas of a policy: by Z3 and cvc5, within a time each. No independent proof is kept of "unsat". What multiplies or divides
// unknowns is asked about by texts that say less of it first, whose "unsat" is as good. Runs, of the premises or against the lemma, are
// drawn and executed before a solver is asked for one.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/verdict.h"
#include "verify/network/execute.h"
#include "verify/network/lemmas.h"
#include "verify/smt/solver.h"

namespace assay::verify::network {

struct ProveOptions {
  std::chrono::milliseconds deadline{20'000};   ///< of each question, by the clock
  std::uint64_t effort = 4'000'000'000;         ///< of each question, in Z3's steps
  std::uint64_t instruction_bound = 4096;
  unsigned walks = 100;                         ///< runs that are drawn
};

/// Proved: no behaviour of the path breaks it, its premises can be met, and its twin is refuted. Refuted: `run` was executed.
struct LemmaResult {
  std::string lemma, says;
  PacketPath path;
  PolicyStart start;
  Verdict verdict;
  std::string solvers;               ///< who answered the main question, and what: "z3 unsat"; of a drawn counterexample: ""
  Detail detail = Detail::exact;     ///< Proved: how much of the policy the text that settled it said
  std::chrono::milliseconds main{}, all{};  ///< clock: of the main question, with premises and twin
  std::optional<PacketRun> run;      ///< Refuted: the counterexample. Proved: a run that meets the premises.
};

Result<LemmaResult> prove(const PacketLemma& lemma, const PolicySender& sender, smt::Solver& solver, const ProveOptions& options);

/// The texts that prove() asks; for tests and for a closer look.
struct LemmaTexts {
  std::string premises, refutation, twin;
};
LemmaTexts texts_of(const PacketLemma& lemma, const PolicySender& sender);

Json to_json(const LemmaResult& result);

}  // namespace assay::verify::network
