#pragma once
// The trusted side of the cache domain: replays a run's decisions (driver/common.h says what they are) and counts. It
// never runs candidate code, and believes nothing: every victim must be there, nothing may be overfilled, no more may be
// evicted than room was needed for, and the stream must end where the trace does.

#include <cstddef>
#include <span>

#include "base/outcome.h"
#include "evaluators/cache/native/native.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {

/// How a policy went about it, apart from how well: what the replay sees of victims and of what is kept out.
struct Behaviour {
  std::uint64_t evictions = 0;
  std::uint64_t unused = 0;    ///< victims that were never hit while they were in
  std::uint64_t idle = 0;      ///< requests since a victim's last one, summed over victims
  std::uint64_t residents = 0; ///< objects in the cache at an eviction, summed likewise
  std::uint64_t rejected = 0;  ///< misses that the policy kept out, though they would fit into the empty cache

  /// In [0, 1]; high where newcomers go first.
  double unused_share() const { return evictions == 0 ? 0 : static_cast<double>(unused) / static_cast<double>(evictions); }
  /// Mean age of victims since their last request, in caches full of requests: high under LRU, low where scans pass through.
  double idle_age() const { return residents == 0 ? 0 : static_cast<double>(idle) / static_cast<double>(residents); }
  bool operator==(const Behaviour&) const = default;
};

struct Replayed : Counts {
  Behaviour behaviour;
};

/// A broken rule is an Outcome of kind protocol_violation that names the request.
/// Requires: at most 2^31 - 1 requests. Cost: one pass over requests and decisions; memory: 12 bytes an object in bytes, 4 in objects.
Attempt<Replayed> replay_decisions(const Trace& trace, std::uint64_t capacity, Unit unit,
                                   std::span<const std::byte> decisions);

/// How many bytes of the decisions belong to requests before `moment`.
Attempt<std::size_t> decided_before(const Trace& trace, std::uint64_t capacity, Unit unit, std::uint64_t moment,
                                    std::span<const std::byte> decisions);

}  // namespace assay::evaluators::cache
