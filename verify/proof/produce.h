#pragma once
// A graph's obligations, discharged: what a bundle keeps of a proof, beside the graph.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "verify/proof/by_sat.h"
#include "verify/proof/obligations.h"
#include "verify/smt/query.h"
#include "verify/smt/solver.h"

namespace assay::verify::proof {

/// One text that was solved, and the obligations that it shows.
struct Text {
  Mode mode = Mode::steps;
  smt::Theory theory = smt::Theory::integers;
  std::vector<std::uint32_t> items;  ///< in order; indices of generate()'s list
  std::string smt2;
  std::vector<std::pair<std::string, smt::Verdict>> verdicts;  ///< of both solvers
  smt::CnfProof by_sat;  ///< of small ones (verify/proof/by_sat.h); empty: none
};

struct Proof {
  Graph graph;
  std::uint64_t instruction_bound = 0;
  std::vector<Text> texts;          ///< each unsat
  std::size_t obligations = 0;      ///< in all
  std::size_t trivial = 0;          ///< that the simplifier shows
  std::vector<std::uint32_t> open;  ///< that nothing showed
  std::vector<std::string> open_what;  ///< and what they say
  std::vector<std::pair<std::uint32_t, std::uint32_t>> open_atoms;  ///< node and place there
  std::size_t by_steps = 0, by_whole = 0;  ///< shown by texts of each mode
  /// Everything that the property rests on is shown: its own checks, and the structure.
  bool shows(lower::Property property) const;
  bool open_structure = false;
  bool open_property[6] = {};
};

struct ProduceOptions {
  std::uint64_t instruction_bound = 4096;
  std::uint64_t effort = 3'000'000;                 ///< Z3's own steps, per text
  std::chrono::milliseconds deadline{10'000};       ///< per text
  std::uint64_t second_effort = 300'000;            ///< of the solver that was not the first to show it; else its verdict is unknown
  std::size_t most_sat_bytes = 16u << 20;           ///< of clauses and their refutations, together
  std::size_t most_lost = 32;                       ///< texts that nobody showed; past them nothing is asked, and all else stays open
  std::chrono::milliseconds most_time{std::chrono::hours(24)};  ///< by the clock, for everything; past it as past most_lost
  /// Checks of other properties are left open unasked: the certificate claims nothing of them.
  bool is_wanted[6] = {true, true, true, true, true, true};
  std::size_t most_in_a_text = 64;
};

/// A node is cut only where something starts: at the entry, where ways meet, or where atoms stand. Exploration may cut more.
Graph tidy(Graph graph);

/// The solver is asked past any cache. The Error: the graph is malformed, or the solver is broken. What the solver does not show is in `open`.
Result<Proof> produce(const lower::Program& program, Graph graph, const ProduceOptions& options, smt::Solver& solver);

}  // namespace assay::verify::proof
