#pragma once
// What is known at the start of a block instance, as atoms of a proof graph (verify/proof/graph.h). Internal to domains.

#include <vector>

#include "verify/domains/state.h"
#include "verify/proof/graph.h"

namespace assay::verify::domains {

/// Of every value that is read here or later, every phi's result, every state and local slot, and the cost: the atoms
/// that say more than the whole width; the trips of the summed-up loops around, and differences. Each holds on every
/// execution that `state` describes.
std::vector<proof::Atom> atoms_of(const lower::Program& program, const lower::Block& block, const State& state,
                                  const TermPool& pool, Ranges& ranges);

}  // namespace assay::verify::domains
