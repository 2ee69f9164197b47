#pragma once
// Engine 1: unrolls a program once, all paths merged, and settles checks by intervals as it goes. What intervals cannot
// settle comes out as open obligations, exact formulas over the inputs, for engine 2.
//
// Soundness: a block instance is visited unless the facts on every way to it are contradictory, which (facts.h) no
// input satisfies; a check is settled only if its condition's interval is a single 1, or its instance is not visited.
// Loops run until no execution can stay in them, or until every execution has passed the instruction bound, and that
// is then an obligation of its own. A loop of many rounds is summed up instead (loop_summary.h): what its header's summary
// says is shown to hold at entry and to be kept by a round; nothing else is assumed about a loop.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verify/lower/program.h"
#include "verify/lower/term.h"
#include "verify/proof/graph.h"

namespace assay::verify::domains {

/// An execution that reaches the place (all of `path`) and breaks the claim (`violation`) must not exist.
struct Obligation {
  lower::Property property = lower::Property::no_undefined_behaviour;
  std::string what;
  int line = 0;
  std::vector<lower::TermId> path;
  lower::TermId violation = lower::kNoTerm;
  std::uint32_t node = lower::kNone;   ///< in Exploration::graph: the instance it belongs to, also when nothing is recorded
  std::uint32_t check = lower::kNone;  ///< in Program::checks; kNone: the bound, or a range at a return
  /// It mentions symbols that stand for a loop's effect: a model may be none of an execution, so "sat" says nothing yet.
  bool is_summary = false;
};

/// What the function answers and leaves behind on one way to a return.
struct Return {
  std::vector<lower::TermId> path;    ///< literals of the way; ways exclude each other and, with nothing open, cover all
  lower::TermId result = lower::kNoTerm;  ///< void: kNoTerm
  std::vector<lower::TermId> memory;  ///< by slot, as in Program::slots; kNoTerm: uninitialised
};

struct Exploration {
  std::vector<Obligation> open;
  std::uint64_t settled[6] = {};  ///< by intervals, per property
  /// The literals of each way to a return that intervals do not exclude.
  std::vector<std::vector<lower::TermId>> returns;
  std::vector<Return> outcomes;  ///< the same ways with what they yield
  bool is_summary = false;  ///< some loop was summed up: paths and terms may mention symbols
  /// Why unrolling was given up; then nothing is proved of this function.
  std::optional<std::string> gave_up;
  int gave_up_line = 0;
  /// With ExploreOptions::record: the visited instances and what was known at the start of each (verify/proof/graph.h).
  proof::Graph graph;
};

struct ExploreOptions {
  std::uint64_t instruction_bound = 4096;
  std::uint64_t most_instances = 60000;  ///< of blocks; past it: gave_up
  std::uint64_t most_work = 20'000'000;  ///< facts and literals handed from block to block; past it: gave_up
  std::uint64_t most_terms = 1'000'000;  ///< in the pool; past it: gave_up
  std::uint32_t unroll_cap = 40;         ///< rounds; a loop that goes on is summed up by what holds in every round
  bool partition = false;                ///< keep ways apart from the start
  bool partition_at_last = true;         ///< where merging them leaves something open
  bool unroll_at_last = true;            ///< where summing up leaves something open
  bool sum_up_loops = true;              ///< off: loops are unrolled, or given up
  bool record = false;                   ///< fill Exploration::graph
  bool use_intervals = true;             ///< off: only constants are folded (to check the engines against each other)
};

Exploration explore(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options);

}  // namespace assay::verify::domains
