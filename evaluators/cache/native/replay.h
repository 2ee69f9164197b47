#pragma once
// What the reference algorithms share: the replay loop and sizes.

#include <cstdint>
#include <vector>

#include "evaluators/cache/native/policies.h"

namespace assay::evaluators::cache {

/// Sizes as an algorithm sees them. For unit `objects` they are the constant 1 and cost nothing.
template <bool kBytes>
class Sizes {
 public:
  explicit Sizes(const Trace& trace) {
    if constexpr (kBytes) {
      objects_ = trace.sizes.data();
      requests_ = trace.request_sizes.empty() ? nullptr : trace.request_sizes.data();
      if (requests_) fixed_ = trace.sizes;
    }
  }
  /// Of this request.
  std::uint64_t asked(std::size_t request, std::uint32_t id) const {
    if constexpr (!kBytes) return 1;
    return requests_ ? requests_[request] : objects_[id];
  }
  /// The size under which `id` is, or was last, inserted.
  std::uint64_t of(std::uint32_t id) const {
    if constexpr (!kBytes) return 1;
    return requests_ ? fixed_[id] : objects_[id];
  }
  /// Size is fixed at insertion.
  void fix(std::uint32_t id, std::uint64_t size) {
    if constexpr (kBytes)
      if (requests_) fixed_[id] = size;
  }

 private:
  const std::uint64_t* objects_ = nullptr;
  const std::uint64_t* requests_ = nullptr;
  std::vector<std::uint64_t> fixed_;
};

/// Replays the trace against `policy`, which has
///   bool hit(request, id)             is it resident? Then note the access
///   void admit(request, id)           insert; there is room
///   uint32 evict(request)             choose and remove one resident, say which
/// and may have
///   bool accepts(request, id, size)   on a miss, before anything is evicted: may it come in at all?
///   uint64 occupied                   it keeps its own account: evict(request, size) and admit(request, id, size) for an
///                                     object of `size`; admit may decline
///   void prefetch(id)                 the id will be asked for soon
template <bool kBytes, class Policy>
Counts replay(const NativeRun& run, Sizes<kBytes>& sizes, Policy& policy) {
  constexpr std::size_t kAhead = 24;
  constexpr bool kOwnRoom = requires { policy.occupied; };
  const std::uint32_t* ids = run.trace.ids.data();
  const std::size_t n = run.trace.ids.size();
  const std::uint64_t capacity = run.capacity;
  Counts counts{.requests = n};
  std::uint64_t occupied = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (requires { policy.prefetch(0u); }) policy.prefetch(ids[i + kAhead < n ? i + kAhead : n - 1]);
    const std::uint32_t id = ids[i];
    if (policy.hit(i, id)) continue;
    ++counts.misses;
    const std::uint64_t size = sizes.asked(i, id);
    if constexpr (kBytes) counts.missed_bytes += size;
    if (size > capacity) continue;
    if constexpr (requires { policy.accepts(i, id, size); })
      if (!policy.accepts(i, id, size)) continue;
    if constexpr (kOwnRoom) {
      while (policy.occupied + size > capacity) policy.evict(i, size);
      policy.admit(i, id, size);
    } else {
      while (occupied + size > capacity) occupied -= sizes.of(policy.evict(i));
      sizes.fix(id, size);
      policy.admit(i, id);
      occupied += size;
    }
  }
  counts.bytes = kBytes ? run.trace.requested_bytes : counts.requests;
  if constexpr (!kBytes) counts.missed_bytes = counts.misses;
  return counts;
}

/// A policy is made from the run and the sizes; both outlive it.
template <template <bool> class Policy, bool kBytes>
Counts run_policy(const NativeRun& run) {
  Sizes<kBytes> sizes(run.trace);
  Policy<kBytes> policy(run, sizes);
  return replay<kBytes>(run, sizes, policy);
}

/// floor(share x capacity), at least 1: a part of a small cache is never without room.
inline std::uint64_t part(double share, std::uint64_t capacity) {
  auto amount = static_cast<std::uint64_t>(share * static_cast<double>(capacity));
  return amount == 0 ? 1 : amount;
}

}  // namespace assay::evaluators::cache
