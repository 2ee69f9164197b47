#include "verify/domains/explore.h"

#include <algorithm>

#include "verify/domains/explorer.h"
#include "verify/domains/thresholds.h"

namespace assay::verify::domains {
namespace {

/// Unrolls what is short and sums up what is not; starts anew with each loop that turns out to be long.
Exploration explore_in_short(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options) {
  Strategy strategy;
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

}  // namespace

/// A summary may lose what unrolling shows: where it leaves something open, unrolling has the last word if it can.
Exploration explore(const lower::Program& program, lower::TermPool& pool, const ExploreOptions& options) {
  Exploration found = explore_in_short(program, pool, options);
  if (!options.unroll_at_last || !found.is_summary || (found.open.empty() && !found.gave_up)) return found;
  ExploreOptions unrolling = options;
  unrolling.sum_up_loops = false;
  unrolling.most_instances = std::min(options.most_instances, kMostUnrolledAtLast);
  Exploration unrolled = explore_in_short(program, pool, unrolling);
  return unrolled.gave_up ? found : unrolled;
}

}  // namespace assay::verify::domains
