#pragma once
// What a model was told for a candidate, from the log.

#include <optional>
#include <string>

#include "evolve/examine.h"

namespace assay::evolve {

struct Told {
  std::string prompt;
  std::optional<bool> as_recorded;  ///< the log has its digest among those of the candidate's prompts; none where it has no answer
};

/// The first prompt for candidate `index`: the same bytes that the model got, as long as the task is as it was. For a campaign
/// without a model: what one would have got. The Error says which candidates have a prompt.
Result<Told> told(const Archive& archive, const Problem& problem, std::uint64_t index);

}  // namespace assay::evolve
