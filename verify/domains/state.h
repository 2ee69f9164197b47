#pragma once
// The symbolic state of one block instance during exploration, and how states merge. Internal to domains.

#include <vector>

#include "verify/domains/facts.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"

namespace assay::verify::domains {

struct State {
  std::vector<TermId> values;  ///< by ValueId; kNoTerm: not defined on this way
  std::vector<TermId> memory;  ///< by slot; kNoTerm: may be uninitialised
  TermId cost = lower::kNoTerm;
  std::vector<TermId> path;    ///< literals that hold here
  Facts facts;
};

struct Arrival {
  std::uint32_t from = lower::kNone;  ///< predecessor block
  State state;
};

/// The state in which `block` starts: phis chosen, values that are still read merged, facts joined.
/// Requires: at least one arrival.
State merge(const lower::Program& program, const lower::Block& block, std::vector<Arrival> arrivals, TermPool& pool,
            Ranges& ranges);

}  // namespace assay::verify::domains
