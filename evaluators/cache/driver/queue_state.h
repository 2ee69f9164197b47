#pragma once
// All that the queue machine keeps: one layout, used by the driver to take its memory and by the domain to size it.

#include "evaluators/cache/driver/common.h"

namespace assay_driver {

constexpr int kMostQueues = 8;
constexpr int kMostMarks = 4;

enum class Place : u8 { nowhere, cached, ghost };

/// One object, cached or remembered. 16 bytes.
struct QueueRecord {
  u32 towards_tail;  ///< cached: its neighbour that joined later; ghost: number of the request that evicted it
  u32 towards_head;  ///< cached: its neighbour that joined earlier; ghost: number of its eviction among remembered ones
  u8 queue;          ///< where it stands; ghost: at whose head it was evicted
  Place place;
  u8 marks[kMostMarks];
  u8 spare[2];
};

struct QueueTimes {
  u32 inserted, last_access;
};

/// Everything that a contract of this driver can show a policy, by its name there.
struct QueueView {
  i64 object_size, object_queue, object_age, object_idle;
  i64 ghost_known, ghost_queue, ghost_age, ghost_requests_ago;
  i64 ghost_marks[kMostMarks];
  i64 queues_length[kMostQueues], queues_bytes[kMostQueues], queues_hits[kMostQueues], queues_ghost_hits[kMostQueues];
  i64 queues_capacity, queues_used, queues_objects, queues_ghosts, queues_now;
};

struct QueueEnds {
  u32 head = kNobody, tail = kNobody;
};

struct QueueState {
  QueueRecord* records = nullptr;
  QueueTimes* times = nullptr;
  u64* resident_sizes = nullptr;  ///< as inserted; unused where sizes do not count
  u32* remembered = nullptr;      ///< ring: object of each remembered eviction
  u64 remembered_mask = 0;
  QueueEnds ends[kMostQueues];
  u64 evictions = 0;      ///< remembered ones
  u64 oldest_ghost = 0;   ///< evictions with a smaller number are forgotten
  u64 room_in_objects = 1;  ///< how many objects the cache can hold: the capacity, or the most that were in it at once
  u64 credit = 0, credited_to = 0;
  u64 halved_at = 0;
  QueueView view{};
};

inline void lay_out(QueueState& state, Arena& arena, u64 objects, bool size_aware) {
  state.records = take<QueueRecord>(arena, objects);
  state.times = take<QueueTimes>(arena, objects);
  if (size_aware) state.resident_sizes = take<u64>(arena, objects);
  const u64 ring = power_of_two_from(objects + 1);
  state.remembered_mask = ring - 1;
  state.remembered = take<u32>(arena, ring);
}

}  // namespace assay_driver
