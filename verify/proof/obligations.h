#pragma once
// From a program and a graph to the formulas that make the graph a proof. No abstract domain is involved.
//
// `steps`: a segment starts at a cut node, where only its atoms are known (and what the ways to it agree on), and runs
// through nodes that are not cut up to the next cut nodes. `whole`: the same obligations in the same order, each over the
// inputs, nothing forgotten; for a graph without cycles. An obligation may be shown in either way.
//
// Soundness, by the first failure. Take an execution from declared inputs, and the first place at which an obligation's
// claim fails. Up to there it followed the graph's edges (those said not to be taken were not), passed its checks and met
// its atoms, so it satisfies the obligation's path, with each unknown read as what its quantity was when its node was last
// started; and it satisfies the violation. If every obligation is unsatisfiable, there is no such execution: all checks
// hold, and an execution ends, by the graph's longest way or by the obligations of `terminates`.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "verify/lower/program.h"
#include "verify/lower/term.h"
#include "verify/proof/graph.h"
#include "verify/proof/shape.h"

namespace assay::verify::proof {

enum class Mode : std::uint8_t { steps, whole };
std::string_view name_of(Mode mode);

struct Obligation {
  /// What every claim rests on: atoms, edges that are not taken, the bound. Otherwise a check of `property`.
  bool is_structure = false;
  lower::Property property = lower::Property::no_undefined_behaviour;
  std::string what;
  int line = 0;
  std::uint32_t node = 0;
  std::uint32_t atom_of = lower::kNone, atom = 0;  ///< an atom's: the node that has it, and its place there
  std::uint32_t segment = 0;  ///< the cut node (or the entry) that the way here started from
  std::vector<lower::TermId> path;
  lower::TermId violation = lower::kNoTerm;
};

struct Obligations {
  lower::TermPool pool;
  std::vector<Obligation> list;
  /// The simplifier alone shows it.
  bool is_trivial(std::size_t index) const;
};

struct Limits {
  std::uint64_t instruction_bound = 4096;
  std::size_t most_terms = 4'000'000;
  std::size_t most_obligations = 2'000'000;
};

/// The Error: the graph is no proof in itself (it names the node), or is beyond the limits.
Result<Obligations> generate(const lower::Program& program, const Graph& graph, const Shape& shape, Mode mode, const Limits& limits);

}  // namespace assay::verify::proof
