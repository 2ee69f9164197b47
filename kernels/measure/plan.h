#pragma once
// In which order actions are measured. A device warms up, throttles and is shared: what is measured later is measured elsewhere. So every
// round is a random order of all actions followed by its reverse (A B C C B A; of two actions ABBA): whatever drifts by the same amount from
// sample to sample adds the same to every action of a round.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::kernels::measure {

inline constexpr int kSamplesPerRound = 2;  ///< of each action

/// The actions of one round, 2 * actions indices. Rounds differ by their number, and all by the seed.
std::vector<std::size_t> abba_round(std::size_t actions, int round, std::uint64_t seed);

}  // namespace assay::kernels::measure
