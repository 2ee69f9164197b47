#pragma once
// The least that any decisions can come to: what a search may hold against a candidate before it has run.

#include <cstdint>

#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

struct Least {
  std::uint64_t misses = 0, missed_bytes = 0;  ///< missed_bytes in unit `objects`: as misses
  bool operator==(const Least&) const = default;
};

/// Nothing that replay_decisions accepts has fewer misses, or fewer missed bytes, than this. It may keep objects out.
///
/// In objects the optimum itself: Belady's MIN where the requested object is one of those that may leave; MIN's exchange
/// argument holds for it, too, and the tests hold it against every course of a small cache. In bytes the optimum is NP-hard, and this is the
/// knapsack of Berger, Beckmann and Harchol-Balter, "Practical Bounds on Optimal Caching with Variable Object Sizes", 2018 (PFOO-L): a hit
/// takes the object's size for as long as it has been kept, and all of them together take no more than the capacity for
/// the whole of the trace. Where an object's size varies, the smallest one is charged, which only lowers the bound.
/// Requires: capacity > 0. Cost: O(n log n) time, 24 bytes a request in bytes.
Least least_counts(const Trace& trace, std::uint64_t capacity, Unit unit);

}  // namespace assay::evaluators::cache
