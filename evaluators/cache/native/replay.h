#pragma once
// What the reference algorithms share: the replay loop, sizes, index lists.

#include <cstdint>
#include <vector>

#include "evaluators/cache/native/native.h"

namespace assay::evaluators::cache {

/// Sizes as an algorithm sees them. For unit `objects` they are the constant 1 and cost nothing.
template <bool kBytes>
class Sizes {
 public:
  explicit Sizes(const Trace& trace) {
    if constexpr (kBytes) {
      objects_ = trace.sizes.data();
      requests_ = trace.request_sizes.empty() ? nullptr : trace.request_sizes.data();
      if (requests_) resident_ = trace.sizes;
    }
  }
  /// Of this request.
  std::uint64_t asked(std::size_t request, std::uint32_t id) const {
    if constexpr (!kBytes) return 1;
    return requests_ ? requests_[request] : objects_[id];
  }
  /// The size under which `id` is (or was last) inserted.
  std::uint64_t of(std::uint32_t id) const {
    if constexpr (!kBytes) return 1;
    return requests_ ? resident_[id] : objects_[id];
  }
  /// Size is fixed at insertion.
  void fix(std::uint32_t id, std::uint64_t size) {
    if constexpr (kBytes)
      if (requests_) resident_[id] = size;
  }

 private:
  const std::uint64_t* objects_ = nullptr;
  const std::uint64_t* requests_ = nullptr;
  std::vector<std::uint64_t> resident_;
};

/// Replays `trace` against `policy`, which has
///   bool hit(request, id)       is it resident? Then note the access
///   void admit(request, id)     insert; there is room
///   uint32 evict(request, id)   choose and remove one resident, to make room for `id`
/// Admission by size and the room are looked after here.
template <bool kBytes, class Policy>
Counts replay(const Trace& trace, std::uint64_t capacity, Sizes<kBytes>& sizes, Policy& policy) {
  Counts counts{.requests = trace.requests()};
  std::uint64_t occupied = 0;
  const std::uint32_t* ids = trace.ids.data();
  const std::size_t n = trace.ids.size();
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t id = ids[i];
    if (policy.hit(i, id)) continue;
    ++counts.misses;
    std::uint64_t size = sizes.asked(i, id);
    counts.missed_bytes += size;
    if (size > capacity) continue;
    while (occupied + size > capacity) occupied -= sizes.of(policy.evict(i, id));
    sizes.fix(id, size);
    policy.admit(i, id);
    occupied += size;
  }
  counts.bytes = kBytes ? trace.requested_bytes : counts.requests;
  return counts;
}

}  // namespace assay::evaluators::cache
