#include "verify/proof/by_sat.h"

#include "verify/proof/question.h"

namespace assay::verify::proof {
namespace {

constexpr std::size_t kMostProofBytes = 2u << 20;

/// No clock: the same obligation has a proof everywhere or nowhere. A checker follows every proof within the larger ones.
smt::SatLimits limits_of(bool is_second_opinion) {
  smt::SatLimits out;
  out.blast.most_clauses = is_second_opinion ? 20'000 : 60'000;
  out.most_conflicts = is_second_opinion ? 1'000 : 5'000;
  out.rup.most_visits = is_second_opinion ? 5'000'000 : 50'000'000;
  out.most_proof_bytes = kMostProofBytes;
  return out;
}

}  // namespace

std::optional<smt::CnfProof> refute_by_sat(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                                           smt::Theory theory) {
  bool is_over_bits = theory == smt::Theory::bit_vectors;
  if (items.size() != 1 || (!is_over_bits && theory != smt::Theory::integers)) return std::nullopt;
  OwnQuestion own = question_of(from, items);
  auto proof = smt::prove_by_sat(own.over(program), limits_of(!is_over_bits));
  if (!proof || proof->cnf.size() > kMostProofBytes) return std::nullopt;
  return std::move(*proof);
}

Result<void> check_by_sat(const lower::Program& program, const Obligations& from, std::span<const std::uint32_t> items,
                          const smt::CnfProof& proof) {
  if (proof.drat.size() > kMostProofBytes) return fail("the proof is larger than any that is followed");
  OwnQuestion own = question_of(from, items);
  return smt::check_cnf_proof(own.over(program), proof, limits_of(false));
}

}  // namespace assay::verify::proof
