#pragma once
// What holds at the header of a loop in every round: a range, and bounds of growth per round, for everything that the loop
// changes, and differences between those. Internal to domains.
//
// A summary describes an execution that is at the header after t rounds if there are values for its symbols, within
// their ranges, such that every term of the header's state equals the machine's value. `trips` is t. Growth: as each round
// adds between lo and hi to a quantity over the integers (no wrapping), after t rounds it has gained between t * lo and
// t * hi; a constant growth makes it the start plus t times that, exactly.

#include <optional>
#include <string>
#include <vector>

#include "verify/domains/state.h"

namespace assay::verify::domains {

/// Something that a loop may change.
struct Carried {
  enum class Kind : std::uint8_t { value, slot, cost } kind = Kind::value;
  std::uint32_t index = 0;        ///< ValueId of a phi, or slot
  TermId start = lower::kNoTerm;  ///< when the loop is entered; kNoTerm: it may be uninitialised, and stays so
  Interval start_range;
};

/// x - y <= bound, where each side is something carried (its index), the trips, or a term from before the loop.
struct Relation {
  struct Side {
    std::uint32_t carried = lower::kNone;  ///< or kTrips, or kNone: a term
    TermId term = lower::kNoTerm;
    bool operator==(const Side&) const = default;
  };
  static constexpr std::uint32_t kTrips = lower::kNone - 1;
  Side x, y;
  std::optional<Word> bound;  ///< none: given up
};

/// What is known of everything carried at one arrival at the header.
struct Row {
  Interval trips;
  std::vector<Interval> ranges;
  std::vector<std::optional<Interval>> growth;  ///< gained in one round, over the integers; nullopt: no bound
  std::vector<Word> relations;                  ///< bounds, as LoopSummary::relations
};

struct LoopSummary {
  std::uint32_t loop = lower::kNone;
  Word most_trips = 0;  ///< from there on every execution has passed the instruction bound
  std::vector<Carried> carried;
  Interval trips;       ///< at the header
  std::vector<Interval> ranges;
  std::vector<std::optional<Interval>> growth;
  std::vector<Relation> relations;
  TermId before = 0;    ///< terms with smaller names are from before the loop
  // The header's terms, of the last instantiation:
  TermId trips_term = lower::kNoTerm;
  std::vector<TermId> terms;
};

/// The tools that a summary needs; borrowed.
struct SummaryTools {
  const lower::Program& program;
  TermPool& pool;
  Ranges& ranges;
};

/// Everything that the loop may change, at whole width, with any number of trips. `bound`: on instructions.
/// nullopt: a round may cost nothing, so trips have no limit.
std::optional<LoopSummary> anything(std::uint32_t loop, const State& entry, std::uint64_t bound, SummaryTools tools);

/// The header's state in any round, with new symbols. `says_so`: what the symbols' ranges cannot say becomes literals of
/// the path, for the solver.
State instantiate(LoopSummary& summary, const State& entry, bool says_so, SummaryTools tools);

/// What holds at the end of a round that goes back to the header from `from`.
/// nullopt: every execution there has passed the instruction bound.
std::optional<Row> row_of(const LoopSummary& summary, std::uint32_t from, const State& state, SummaryTools tools);
bool within(const Row& row, const LoopSummary& summary);

/// Differences that a round has looked at: candidates, with the bounds that hold at entry.
void look_for_relations(LoopSummary& summary, const State& entry, const State& at_end, SummaryTools tools);

/// The summary of the entry alone: no trips yet, everything as it starts.
void enter(LoopSummary& summary);
/// The rows, and the entry, in one.
Row all_of(const LoopSummary& summary, const std::vector<Row>& rows);
/// What grows beyond the summary grows to the next threshold (early), or without limit (late).
void widen(LoopSummary& summary, const Row& next, unsigned round, const std::vector<Word>& thresholds, SummaryTools tools);
/// The row's bounds where they are better. The result must be shown to be stable anew.
LoopSummary narrowed(const LoopSummary& summary, const Row& next);
bool same_bounds(const LoopSummary& a, const LoopSummary& b);

}  // namespace assay::verify::domains
