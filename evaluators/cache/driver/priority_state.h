#pragma once
// All that the priority driver keeps: one layout, used by the driver to take its memory and by the domain to size it.

#include "evaluators/cache/driver/eviction_order.h"
#include "evaluators/cache/driver/spread.h"

namespace assay_driver {

/// What is remembered of an evicted object: a FIFO whose sizes add up to at most the capacity, threaded through the ids.
struct GhostRecord {
  u32 older, newer;
  u32 hits, evicted_at, residency;
  u32 known;
};

/// Everything that a contract of this driver can show a policy, by its name there ("Cache.hits.p50").
struct PriorityView {
  i64 object_size, object_hits, object_age, object_lifetime, object_last_access, object_inserted;
  i64 ghost_known, ghost_hits, ghost_age, ghost_residency;
  i64 cache_now, cache_capacity, cache_used, cache_objects, cache_evictions, cache_last_evicted_priority;
  i64 cache_hits[kPercents], cache_ages[kPercents], cache_sizes[kPercents];
};

struct PriorityState {
  EvictionOrder order;
  u64* resident_sizes = nullptr;  ///< as inserted; unused where sizes do not count
  GhostRecord* ghosts = nullptr;
  u32 oldest_ghost = kNobody, newest_ghost = kNobody;
  u64 ghost_bytes = 0;
  Spread hits, ages, sizes;
  Ranks ranks;
  PriorityView view{};
};

/// Pieces that no policy of this binary reads are taken but never touched, and so cost no memory.
inline void lay_out(PriorityState& state, Arena& arena, u64 requests, u64 objects, u64 capacity, bool size_aware,
                    bool sizes_vary) {
  lay_out(state.order, arena, objects, most_residents(objects, capacity, size_aware));
  state.ghosts = take<GhostRecord>(arena, objects);
  lay_out(state.hits, arena, requests + 1, false);
  lay_out(state.ages, arena, requests + 1, true);
  const u64 distinct = !size_aware ? 1 : sizes_vary ? requests : objects;
  lay_out(state.sizes, arena, distinct, false);
  if (!size_aware) return;
  state.resident_sizes = take<u64>(arena, objects);
  lay_out(state.ranks, arena, distinct);
}

}  // namespace assay_driver
