#include "verify/domains/explore.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "verify/domains/explorer.h"
#include "verify/domains/thresholds.h"

namespace assay::verify::domains {
namespace {

/// Unrolls what is short and sums up what is not; starts anew with each loop that turns out to be long.
Exploration explore_in_short(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options) {
  Strategy strategy;
  strategy.partitions = options.partition;
  strategy.unroll_cap = options.sum_up_loops && options.use_intervals ? options.unroll_cap : ~0u;
  auto thresholds = thresholds_of(program);
  while (true) {
    Explorer explorer(program, pool, options, strategy, thresholds);
    Exploration found = explorer.run();
    if (!explorer.too_long()) return found;
    strategy.summed_up.insert(*explorer.too_long());
  }
}

/// Enough for every way of the usual few thousand instructions; more would be slow where little is to be hoped for.
constexpr std::uint64_t kMostUnrolledAtLast = 12'000;
constexpr std::uint64_t kMostApart = 2'000;

/// A summary may lose what unrolling shows: where it leaves something open, unrolling has the last word if it can.
Exploration explore_merged(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options) {
  Exploration found = explore_in_short(program, pool, options);
  if (!options.unroll_at_last || !found.is_summary || (found.open.empty() && !found.gave_up)) return found;
  ExploreOptions unrolling = options;
  unrolling.sum_up_loops = false;
  unrolling.most_instances = std::min(options.most_instances, kMostUnrolledAtLast);
  Exploration unrolled = explore_in_short(program, pool, unrolling);
  return unrolled.gave_up ? std::move(found) : std::move(unrolled);
}

/// The places that are open, however many ways lead to each.
std::size_t open_places(const Exploration& found) {
  std::set<std::tuple<lower::Property, std::uint32_t, std::string>> places;
  for (const Obligation& each : found.open) places.insert({each.property, each.check, each.what});
  return places.size();
}

}  // namespace

/// Ways that merged may have lost what a claim needs: where something is open, they are kept apart once, and the outcome
/// with fewer open places counts.
Exploration explore(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options) {
  Exploration found = explore_merged(program, pool, options);
  bool is_worth_it = options.partition_at_last && options.use_intervals && !options.partition && !found.open.empty() && !found.gave_up;
  if (!is_worth_it) return found;
  ExploreOptions apart = options;
  apart.partition = true;
  apart.most_instances = std::min(options.most_instances, kMostApart);
  Exploration partitioned = explore_merged(program, pool, apart);
  bool is_better = !partitioned.gave_up && open_places(partitioned) < open_places(found);
  return is_better ? std::move(partitioned) : std::move(found);
}

}  // namespace assay::verify::domains
