#pragma once
// What the log says of proofs in the loop: verdicts and rollbacks, and what speculation gave and cost.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evolve/archive.h"
#include "evolve/lineage.h"

namespace assay::evolve {

/// What a proof in the loop found. Effort is counted: the same on any machine, but for a machine so slow that the clock,
/// sixty times as patient, has its say.
struct LoopProof {
  std::string verdict;  ///< "proved", "refuted", "unknown"
  double score = 0;     ///< verify::Certificate::score
  std::string why;      ///< not proved: the first required claim that is not, as "function, property" ("property" alone without a function)
};

/// What a log tells of lineage: who came from whom, and which verdict counts with which commit.
struct LineageLog {
  std::vector<std::vector<std::uint64_t>> parents;  ///< of every candidate
  std::map<std::uint64_t, Ruling> rulings;          ///< by the candidate with whose commit it counts

  /// Both empty where nothing is proved in the loop.
  Step step(Commit commit) const;
};
Result<LineageLog> read_lineage(const Archive& archive, const ProofSettings& settings);

/// "proof", and "rollback" where it failed.
Result<void> append_proof(Archive& archive, std::uint64_t candidate, const LoopProof& proof, const std::vector<std::uint64_t>& descendants);

/// Clock values of a campaign's proofs, kept as the note "proofs".
struct ProofTimes {
  std::chrono::nanoseconds proving{};  ///< of the provers' threads
  std::chrono::nanoseconds waited{};   ///< of the commits
  std::chrono::nanoseconds saved{};    ///< that commits would have waited more, had each waited for its own proof
};
Json to_json(const ProofTimes& times);
Result<ProofTimes> proof_times(const Archive& archive);

/// What speculation gave and what it cost, from a log. Nothing where nothing was proved in the loop.
struct ProofAccount {
  std::uint64_t proved = 0, refuted = 0, unknown = 0;
  std::uint64_t ahead = 0;         ///< candidates asked for while the verdict on one of their parents did not count yet
  std::uint64_t ahead_of_failed = 0;  ///< of those, with such a parent that was not proved
  std::uint64_t rolled_back = 0;   ///< descendants that left with a failed proof
  std::uint64_t returned = 0;      ///< of those, proved by themselves later
  ProofTimes times;
};
Json to_json(const ProofAccount& account);
Result<std::optional<ProofAccount>> proof_account(const Archive& archive);

}  // namespace assay::evolve
