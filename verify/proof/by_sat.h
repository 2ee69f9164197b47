#pragma once
// A second kind of evidence for small obligations: clauses, and a refutation of them that our own RUP checker follows.
//
// What it means: an obligation with such a proof holds though neither Z3, cvc5 nor CaDiCaL be believed, nor the SMT-LIB
// printers. What is believed instead is the bit-blaster, the RUP checker and, as everywhere, what made the obligation.

#include <cstdint>
#include <optional>
#include <span>

#include "verify/proof/obligations.h"
#include "verify/smt/cnf_proof.h"

namespace assay::verify::proof {

/// nullopt: more than that is not looked for. Those over integers have their answers already: they get one where it is cheap.
std::optional<smt::CnfProof> refute_by_sat(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                                           smt::Theory theory);

/// The clauses are those of the obligations, byte for byte, and the proof refutes them. The Error: what is wrong.
Result<void> check_by_sat(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                          const smt::CnfProof& proof);

}  // namespace assay::verify::proof
