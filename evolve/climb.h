#pragma once
// How a campaign climbs towards a certified champion: whom it would have crowned, had it ended after n candidates.
//
// The rule is that of the end (finish.h), with train in the place of validation, which is scored for few. Contenders are
// those that were the best of their time, and the `promote` best so far, both by what selection goes by. The best of
// them by loss are tried for a certificate, `certify` of them at most, until one has it.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "evolve/archive.h"

namespace assay::evolve {

/// How far a candidate is certified: all its required claims, or all its preferred ones as well.
enum class Proof : std::uint8_t { none, required, full };

/// By the certificate that the search recorded; `none` where it recorded none.
Proof recorded_proof(const CandidateRecord& record);

struct EndRule {
  std::size_t promote = 8, certify = 12;
  Proof wanted = Proof::full;
};

struct ClimbStep {
  std::uint64_t candidates = 0;  ///< committed when this came to be; it holds up to the next step
  std::uint64_t best = 0;        ///< index of the best so far, by what selection goes by
  std::optional<std::uint64_t> champion;  ///< index of the one crowned, had the campaign ended here
};

/// One step wherever the best or the champion changes. `proof_of` is asked of those alone that the end would try, perhaps
/// more than once. Requires: records in order of index, indices dense from 0.
std::vector<ClimbStep> climb(const std::vector<CandidateRecord>& records, const EndRule& rule,
                             const std::function<Proof(const CandidateRecord&)>& proof_of);

/// Candidates until `holds`, for good: from there to the last step it does. None where it does not at the end.
std::optional<std::uint64_t> reached_for_good(const std::vector<ClimbStep>& steps, const std::function<bool(const ClimbStep&)>& holds);

}  // namespace assay::evolve
