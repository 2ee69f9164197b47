#pragma once
// What rejecting early saved: for every candidate that a check rejected, what the stages that it never came to take on average,
// measured on those that came to them. Clock values, from beside the chain: they tell of one machine, and decide nothing.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "evolve/archive.h"

namespace assay::cli {

struct Saving {
  std::string check;                         ///< "screen", "same AST", "compile", "same code", "probe", "run", "confirm", "commit"
  std::uint64_t rejected = 0;
  std::uint64_t spent_ns = 0;                ///< on them, from the screen on
  std::optional<std::uint64_t> saved_ns;     ///< none: nobody came any further, so there is nothing to compare with
};

/// How far the probe tells the truth: of those that it took for duplicates and that were run in full all the same (CandidateRecord::audits).
struct ProbeTruth {
  std::uint64_t agreed = 0, differed = 0;
};

struct Savings {
  std::vector<Saving> checks;  ///< in order of the stages; those that rejected somebody
  ProbeTruth probe;
};

Savings savings_of(const std::vector<evolve::CandidateRecord>& records);

Json to_json(const Savings& savings);
/// For the terminal, one line for each check; empty where nothing was rejected.
std::string savings_text(const Savings& savings);
/// For the page; empty where nothing was rejected.
std::string savings_html(const Savings& savings);

}  // namespace assay::cli
