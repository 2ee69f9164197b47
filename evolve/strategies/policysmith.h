#pragma once
// The numbers of PolicySmith's loop: Dwivedula et al., "Man-Made Heuristics Are Dead. Long Live Code Generators!", HotNets 2025
// (arXiv 2510.08803), and its code, github.com/ldos-project/policysmith, EvolveRunner.py at 51313c3.

#include <cstdint>

namespace assay::evolve {

inline constexpr std::uint64_t kPolicySmithRound = 25;   ///< candidates of a round (the paper: 500 heuristics over 20 iterations)
inline constexpr std::uint64_t kPolicySmithShown = 2;    ///< programs in the prompt, the best of all rounds so far (`num_snippets`)
inline constexpr std::uint64_t kPolicySmithRepairs = 2;  ///< three builds a candidate (`n_build_retries`): two more answers, each told why

}  // namespace assay::evolve
