#pragma once
// A function as one term per output: what it answers and leaves in memory, all ways to a return merged by choice.

#include <vector>

#include "verify/domains/explore.h"

namespace assay::verify::domains {

struct Summary {
  lower::TermId result = lower::kNoTerm;    ///< void: kNoTerm
  std::vector<lower::TermId> memory;        ///< by slot; kNoTerm where some way leaves it uninitialised
};

/// Ways exclude each other. On an input that takes none of them (an obligation of `explored.open` is violated there, or an
/// assumption fails) the summary means nothing. Requires: at least one outcome, and that exploration did not give up.
Summary summarise(const Exploration& explored, lower::TermPool& pool);

}  // namespace assay::verify::domains
