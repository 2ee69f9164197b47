// Loops that are not unrolled: a summary of their header is sought by walking the body until nothing new comes back, then
// the body is walked once more under it. Only that last walk settles and opens checks, and every way back to the header is
// tested again then: soundness rests on that test alone, not on how the summary was found.

#include "verify/domains/explorer.h"

namespace assay::verify::domains {

using lower::kNone;
using lower::Property;

namespace {
constexpr unsigned kMostRounds = 60;  ///< widening stands still long before
constexpr unsigned kNarrowings = 4;
}  // namespace

std::optional<std::uint32_t> Explorer::headed_by(std::uint32_t block) const {
  std::uint32_t loop = program_.blocks[block].loop;
  return loop != kNone && program_.loops[loop].header == block ? std::optional(loop) : std::nullopt;
}

bool Explorer::lies_in(std::uint32_t block, std::uint32_t loop) const {
  std::uint32_t at = program_.blocks[block].loop;
  while (at != kNone && at != loop) at = program_.loops[at].parent;
  return at == loop;
}

void Explorer::arrive_back(const Key& key, std::uint32_t from, std::size_t edge, State state) {
  Header& header = headers_.at(key);
  auto row = row_of(header.summary, from, state, tools());
  if (header.collects) {
    if (!row) return;
    if (header.looks_for_relations) look_for_relations(header.summary, *header.entry, state, tools());
    header.rows.push_back(std::move(*row));
    return;
  }
  if (options_.record && !is_quiet()) node_at(node_).next[edge] = header.node;
  if (row && !within(*row, header.summary)) give_up("a loop's summary does not hold: our defect");
}

/// What comes back after one more round, and what came in.
Row Explorer::one_round(const Key& key, const State& entry, LoopSummary& summary, bool looks_for_relations) {
  auto others = std::move(pending_);
  pending_.clear();
  seeking_.push_back(summary.loop);
  State state = instantiate(summary, entry, false, tools());
  headers_[key] = {.collects = true, .looks_for_relations = looks_for_relations, .summary = summary, .entry = &entry, .rows = {}};
  pass(key, program_.loops[summary.loop].header, std::move(state));
  drain();
  Header header = std::move(headers_.at(key));
  Row all = all_of(summary, header.rows);
  summary.relations = header.summary.relations;  // more of them where they were looked for
  seeking_.pop_back();
  pending_ = std::move(others);
  return all;
}

std::optional<LoopSummary> Explorer::find_stable(const Key& key, std::uint32_t loop, const State& entry) {
  auto summary = anything(loop, entry, options_.instruction_bound, tools());
  if (!summary) return std::nullopt;
  Row row = one_round(key, entry, *summary, true);  // growth that does not depend on what is known
  summary->growth = row.growth;
  enter(*summary);
  for (unsigned round = 0; round < kMostRounds && !out_.gave_up && !too_long_; ++round) {
    row = one_round(key, entry, *summary);
    if (within(row, *summary)) return narrow(key, entry, std::move(*summary), std::move(row));
    widen(*summary, row, round, thresholds_, tools());
  }
  return std::nullopt;
}

/// Each step is kept only if it is stable itself.
LoopSummary Explorer::narrow(const Key& key, const State& entry, LoopSummary stable, Row row) {
  for (unsigned step = 0; step < kNarrowings; ++step) {
    LoopSummary tried = narrowed(stable, row);
    if (same_bounds(tried, stable)) break;
    row = one_round(key, entry, tried);
    if (!within(row, tried)) break;
    stable = std::move(tried);
  }
  return stable;
}

/// The header's state in any round. nullopt: given up.
std::optional<State> Explorer::sum_up(const Key& key, std::uint32_t loop, std::uint32_t node, State entry) {
  auto stable = find_stable(key, loop, entry);
  if (too_long_ || out_.gave_up) return std::nullopt;
  if (!stable) {
    give_up("a loop can be neither unrolled nor summed up");
    return std::nullopt;
  }
  State header = instantiate(*stable, entry, true, tools());
  bool may_not_end = stable->trips.hi >= stable->most_trips;
  node_ = node;
  if (may_not_end) open(Property::terminates, too_expensive(), line_, kNone, header, past_bound(header));
  headers_[key] = {.summary = std::move(*stable), .node = node};
  return header;
}

}  // namespace assay::verify::domains
