#pragma once
// What verify_bench certifies beside the baselines: random policies, and policies of a chosen size.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "tasks/task.h"
#include "verify/toolchain.h"

namespace assay::bench {

enum class Make : std::uint8_t {
  as_grown,      ///< what the grammar gives, which keeps out of trouble by itself
  with_mistake,  ///< each with one small mistake: a saturation or a clamp that is gone, a bound moved, a guard flipped
};

/// Of the `mutate` grammar: children of the baselines, and children of those. The same seed gives the same policies.
Result<std::vector<verify::Screened>> random_policies(const tasks::Task& task, verify::Toolchain& toolchain, std::size_t count,
                                                      std::uint64_t seed, Make make = Make::as_grown);

/// For the contract of tasks/web_cache: so many lines of sums, divisions, comparisons and branches, all of them safe.
Source policy_of_lines(int lines);

enum class Loop : std::uint8_t {
  kept,     ///< its sum is kept below a bound in each round: a summary of the loop says all
  growing,  ///< its sum is bounded by the number of rounds only
  nested,   ///< two loops of the square root each
};
std::string_view name_of(Loop loop);

/// For the same contract: a loop of so many rounds.
Source policy_of_rounds(Loop loop, std::int64_t rounds);

}  // namespace assay::bench
