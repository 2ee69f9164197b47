#pragma once
// How far candidates got with their first answer, and how far once they were repaired: of all that were asked of a provider.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "evolve/archive.h"

namespace assay::cli {

/// Counts of candidates; each stage holds those of the next. A duplicate or an abandoned one counts as far as it went.
struct Reached {
  std::uint64_t answered = 0;   ///< the provider gave something usable
  std::uint64_t screened = 0;   ///< in the policy language
  std::uint64_t compiled = 0;
  std::uint64_t evaluated = 0;  ///< ran by the rules on train: scored, or given up as too bad
  std::uint64_t certified = 0;  ///< proved, in the search or at the end
};

/// What became of those whose first answer failed in one way.
struct FirstFailure {
  std::uint64_t candidates = 0;
  std::vector<std::uint64_t> ok_after;  ///< [k]: ended well after k + 1 repairs
  std::uint64_t set_aside = 0;          ///< after repairs a duplicate, or given up as too bad
  std::uint64_t failed = 0;             ///< to the end, or never asked again
  std::uint64_t ok() const;
};

struct Tries {
  std::uint64_t candidates = 0;  ///< that a provider was asked for: without baselines and tunings
  std::uint64_t tunings = 0;     ///< candidates that the harness made of marked constants; in no other count
  std::uint64_t repairs = 0;     ///< answers that a repair brought
  std::uint64_t graded = 0;      ///< tried for a certificate: what `certified` is to be held against
  Reached first, after;
  std::map<std::string, FirstFailure> by_first;  ///< by the outcome of the first answer
  /// Texts that were tried, repairs among them: the unit of budgets.
  Tries& operator+=(const Tries& other);
  std::uint64_t evaluations() const { return candidates + tunings + repairs; }
};

/// Requires: records by index, dense from 0.
Tries tries_of(std::span<const evolve::CandidateRecord> records, std::span<const evolve::PromotionRecord> promotions, bool minimise);

/// "refused: 9 of 14 ok (after 1: 7, after 2: 2), 1 set aside, 4 failed". One line for each kind; untrusted text.
std::vector<std::string> repair_lines(const Tries& tries);
/// The stages by name, in order. "certified" is of those that were tried for a certificate, the others of all.
struct StageShare {
  const char* name;
  std::uint64_t first, after, of;
};
std::vector<StageShare> stage_shares(const Tries& tries);

Json to_json(const Tries& tries);

}  // namespace assay::cli
