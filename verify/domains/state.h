#pragma once
// The symbolic state of one block instance during exploration, and how states merge. Internal to domains.

#include <vector>

#include "verify/domains/facts.h"
#include "verify/domains/zones.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"

namespace assay::verify::domains {

/// A loop that is summed up, seen from within one of its rounds.
struct Round {
  std::uint32_t loop = lower::kNone;
  TermId trips = lower::kNoTerm;  ///< rounds before this one
  TermId cost = lower::kNoTerm;   ///< at the start of this one
  std::uint32_t partition = 0;    ///< of its header
};

struct State {
  std::vector<TermId> values;  ///< by ValueId; kNoTerm: not defined on this way
  std::vector<TermId> memory;  ///< by slot; kNoTerm: may be uninitialised
  TermId cost = lower::kNoTerm;
  std::vector<TermId> path;    ///< literals that hold here
  Facts facts;
  Zone zone;
  std::vector<Round> rounds;   ///< of the summed-up loops around this place, outermost first
  std::uint32_t partition = 0; ///< ways of different partitions do not merge (Explorer::partition_of)
  bool is_summary = false;     ///< some loop on the way here was summed up: terms may stand for more than can happen
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
