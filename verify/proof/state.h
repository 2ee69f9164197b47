#pragma once
// What one way through a graph knows at one place: terms for values, memory and counters, and the bits that hold.
// Internal to verify/proof.

#include <vector>

#include "verify/lower/program.h"
#include "verify/lower/term.h"
#include "verify/proof/graph.h"
#include "verify/proof/shape.h"

namespace assay::verify::proof {

using lower::TermId;
using lower::TermPool;

struct State {
  std::vector<TermId> values;  ///< by ValueId; kNoTerm: not defined on this way
  std::vector<TermId> memory;  ///< by slot; kNoTerm: may be uninitialised
  std::vector<TermId> trips;   ///< by loop: 0 where it was entered last, one more each time its header was reached again
  TermId cost = lower::kNoTerm;
  std::vector<TermId> path;    ///< bits that hold
};

/// No more iterations, and no more instructions, than this are ever spoken of: a graph is no proof unless its longest
/// way, or an obligation at each node, is far below.
inline constexpr Word kMostCounted = Word{1} << 62;

/// The program's start: inputs, constant tables, locals that are not set.
State start_of(const lower::Program& program, TermPool& pool);

/// The term that a quantity has in a state; kNoTerm: it has none there, or no such quantity exists.
TermId term_of(const Quantity& quantity, const State& state, const lower::Program& program, TermPool& pool);
TermId value_term(lower::ValueId value, const State& state, const lower::Program& program, TermPool& pool);

/// The bit "the atom holds". kNoTerm: it speaks of something that has no value, or no meaning for its kind.
TermId bit_of(const Atom& atom, const State& state, const lower::Program& program, TermPool& pool);
/// The bit "min <= x <= max", signed, or as doubles.
TermId within(TermId x, Word min, Word max, TermPool& pool);

struct Arrival {
  std::uint32_t from = lower::kNone;  ///< node
  State state;
};

/// The state in which a cut node starts: what all ways agree on is kept, anything else becomes an unknown of which
/// the atoms are all that is known. Sound: the arrivals are obliged to show the atoms, and what is kept is the same term
/// with the same meaning on every way. For a head, `redefined` tells what its cycle may change.
struct Redefined {
  std::vector<bool> values, slots, trips;
  bool cost = false;
};
Redefined redefined_in(const lower::Program& program, const Graph& graph, const std::vector<std::uint32_t>& body);
State cut_at(std::uint32_t node, const std::vector<Arrival>& arrivals, const Redefined* redefined, const lower::Program& program,
             const Graph& graph, TermPool& pool);

/// The state in which a node starts with nothing forgotten: choices between the ways, by the bits that tell them apart.
/// Requires: each two ways differ in a bit that is set on one and not on the other (as from one entry, without a cycle).
State merge_at(std::uint32_t node, std::vector<Arrival> arrivals, const lower::Program& program, const Graph& graph, TermPool& pool);

}  // namespace assay::verify::proof
