#pragma once
// All that the queue machine keeps: one layout, used by the driver to take its memory and by the domain to size it.

#include "evaluators/cache/driver/common.h"

namespace assay_driver {

constexpr int kMostQueues = 8;
constexpr int kMostMarks = 3;

// QueueRecord::where: 0 (nowhere), or one of these with the queue in the low bits.
constexpr u8 kCached = 0x40;  ///< stands in the queue
constexpr u8 kGhost = 0x80;   ///< was evicted at the queue's head
constexpr u8 kQueueBits = 0x0f;

/// What a request needs of an object: 8 bytes, so that many of them share a cache line.
struct QueueRecord {
  u8 where;
  u8 marks[kMostMarks];
  u32 place;  ///< of its valid entry (place_of)
};

inline u32 place_of(u32 queue, u32 position) { return position * kMostQueues + queue; }

struct QueueTimes {
  u32 inserted, last_access;
};

/// A FIFO of ids in a ring. An object that leaves from the middle leaves its entry behind, stale: the entry at position p
/// of queue q is valid when the object's place is place_of(q, p). Positions count joins and wrap at 2^29; head and end are
/// never that far apart, and an evicted object keeps the place of the entry that it lost, which lies before the head.
struct QueueRing {
  u32* ids = nullptr;
  u32 mask = 0;
  u32 head = 0, end = 0;
  u32 stale = 0;
};

/// What is kept for each queue.
struct QueueArrays {
  i64 bytes[kMostQueues] = {};
  i64 hits[kMostQueues] = {}, ghost_hits[kMostQueues] = {};
  QueueRing rings[kMostQueues];

  i64 length(u32 queue) const { return rings[queue].end - rings[queue].head - rings[queue].stale; }
};

/// The contract's own record of the queues, kept up from change to change: filling it anew would cost more than most policies
/// do. The adapter (driver_text.h) defines it.
struct Shown;

/// Everything that a contract of this driver can show a policy, by its name there; with what is kept for each queue.
struct QueueView {
  i64 object_size, object_queue, object_age, object_idle;
  i64 ghost_known, ghost_queue, ghost_age, ghost_requests_ago;
  i64 ghost_marks[kMostMarks];
  i64 queues_capacity, queues_used, queues_objects, queues_ghosts, queues_now;
  const QueueArrays* queues;
  Shown* shown;
};

struct QueueState {
  QueueRecord* records = nullptr;
  QueueTimes* times = nullptr;
  u32* stamps = nullptr;          ///< ghost: number of its eviction among remembered ones
  u32* evicted_at = nullptr;      ///< ghost: number of the request that evicted it
  u64* resident_sizes = nullptr;  ///< as inserted; unused where sizes do not count
  u32* remembered = nullptr;      ///< ring: object of each remembered eviction
  u64 remembered_mask = 0;
  QueueArrays* queues = nullptr;
  u64 evictions = 0;      ///< remembered ones
  u64 oldest_ghost = 0;   ///< evictions with a smaller number are forgotten
  u64 room_in_objects = 1;  ///< how many objects the cache can hold: the capacity, or the most that were in it at once
  u64 credit = 0, credited_to = 0;
  u64 halved_at = 0;
  QueueView view{};
};

/// Requires: state.queues. Pieces that no policy of this binary needs are taken but never touched, and so cost no memory.
inline void lay_out(QueueState& state, Arena& arena, u64 objects, u64 capacity, bool size_aware) {
  state.records = take<QueueRecord>(arena, objects);
  state.stamps = take<u32>(arena, objects);
  state.evicted_at = take<u32>(arena, objects);
  state.times = take<QueueTimes>(arena, objects);
  if (size_aware) state.resident_sizes = take<u64>(arena, objects);
  const u64 remembered = power_of_two_from(objects + 1);
  state.remembered_mask = remembered - 1;
  state.remembered = take<u32>(arena, remembered);
  // At least three quarters of a full ring are stale: sweeping it costs O(1) for each join.
  const u64 ring = power_of_two_from(4 * most_residents(objects, capacity, size_aware) + 64);
  for (QueueRing& queue : state.queues->rings) {
    queue.ids = take<u32>(arena, ring);
    queue.mask = static_cast<u32>(ring - 1);
  }
}

}  // namespace assay_driver
