#pragma once
// What strategies see of a candidate besides its summary, from its record.

#include "evolve/examine.h"
#include "evolve/population.h"

namespace assay::evolve {

/// Error: a score lacks what the domain says that it measures.
Result<Traits> traits_of(const CandidateRecord& record, const Problem& problem);

/// What the traits mean, for the "campaign" event: a program that measures something else must not go on with the log.
Json measures_of(const Problem& problem);

}  // namespace assay::evolve
