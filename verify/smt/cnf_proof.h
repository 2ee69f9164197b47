#pragma once
// Small questions over bits, proved by a SAT solver (CaDiCaL) with a proof that our own checker accepts: obligation.cnf and
// obligation.drat of a bundle. The checker makes the clauses from the question anew; it believes neither file.

#include <string>

#include "verify/smt/bit_blaster.h"
#include "verify/smt/rup.h"

namespace assay::verify::smt {

struct CnfProof {
  std::string cnf;   ///< DIMACS
  std::string drat;  ///< text
};

struct SatLimits {
  BlastLimits blast;
  RupLimits rup;
  int most_conflicts = 20'000;
  std::size_t most_proof_bytes = 64u << 20;
};

/// Proves "unsat" and checks the proof. The Error: satisfiable, too large, too hard; says which. Repeatable: no clock.
Result<CnfProof> prove_by_sat(const Question& question, const SatLimits& limits = {});
/// The clauses are those of the question, and the proof refutes them.
Result<void> check_cnf_proof(const Question& question, const CnfProof& proof, const SatLimits& limits = {});

/// The two halves of prove_by_sat. sat_refutation gives CaDiCaL's proof, up to the empty clause, unchecked.
Result<std::string> sat_refutation(const Cnf& cnf, const SatLimits& limits = {});

}  // namespace assay::verify::smt
