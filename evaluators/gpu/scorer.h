#pragma once
// The trusted scorer: reads actions out of the decisions, looks up how long each takes, and compares with the base. Candidate code is
// never run.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/score.h"
#include "evaluators/gpu/figures.h"

namespace assay::evaluators::gpu {

/// The shapes of an instance, and what the jail is handed of them.
struct Workload {
  Kind kind;
  std::vector<Subject> subjects;
  std::size_t decisions() const;  ///< words in all
};

/// One action for each shape. A wrong count, an answer out of range, a tile out of the grid or named twice is a protocol_violation that names
/// the shape.
Attempt<std::vector<Action>> read_actions(const Workload& workload, std::span<const std::byte> decisions);

/// Bytes of the decisions on the shapes before `moment`.
Attempt<std::size_t> decided_before(const Workload& workload, std::uint64_t moment, std::span<const std::byte> decisions);

/// Of one shape.
struct Ratio {
  double base_us = 0, us = 0, floor_us = 0;
  std::optional<double> best_us;  ///< of all actions whose figure is known
  /// base / own time, within 0.25 and base / floor.
  double clipped(double of_us) const;
};

/// Over shapes of equal weight.
struct Comparison {
  double geometric_mean = 1, worst_ratio = 1;
  double speedup = 1;  ///< geometric_mean * min(1, worst_ratio / 0.97)
  std::optional<double> regret;             ///< geometric mean of own time over the best, minus 1
  std::optional<double> headroom_captured;  ///< of what the best gains over the base, on the logarithm; none where it gains nothing
};
Comparison compare(std::span<const Ratio> ratios);

/// How a policy goes about it, whatever comes of it (the domain's descriptors): "decision_level" and "decision_share", both 0 to 1.
///   decode_split  mean of log2(parts) / 7; share of shapes that are split
///   moe_select    mean of log2(tile area / 1024) / 4; share of shapes with deep pipelines (more than two stages)
///   tile_order    mean distance of a tile's turn from its row-major one, as a share of the tiles; share of steps to a tile beside the last
void describe(const Workload& workload, std::span<const Action> actions, Score& score);

}  // namespace assay::evaluators::gpu
