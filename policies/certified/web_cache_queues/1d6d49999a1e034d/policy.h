#pragma once
#include "policies/abi/assay.h"

/// Number of FIFO queues. An object joins at a queue's tail and is looked at when it has come to the head.
constexpr i64 kQueues = 4;
/// on_insert: do not admit the object.
constexpr i64 kReject = 4;
/// on_hit: leave the object where it stands.
constexpr i64 kStay = 4;
/// on_head: evict the object and remember it as a ghost.
constexpr i64 kEvict = 4;
/// on_head: evict the object and forget it.
constexpr i64 kForget = 5;
/// Bound of every clock and counter.
constexpr i64 kMaxRequests = 1LL << 40;
/// Bound of an object's size.
constexpr i64 kMaxSize = 1LL << 40;
/// Bound of the capacity and of what is used of it.
constexpr i64 kMaxSpace = 1LL << 50;
/// A field of Memory lies between -kMaxMemory and kMaxMemory.
constexpr i64 kMaxMemory = 1LL << 40;
/// A field of Mark lies between 0 and kMaxMark.
constexpr i64 kMaxMark = 255;

/// The object in question, as it stood before this request is counted.
struct Object {
  i64 size ASSAY_FIELD("bytes", 1, kMaxSize);        ///< 1 in a run that counts objects
  i64 queue ASSAY_FIELD("queue", 0, kQueues - 1);    ///< where it stands; 0 in on_insert
  i64 age ASSAY_FIELD("requests", 0, kMaxRequests);  ///< since it was inserted; 0 in on_insert
  i64 idle ASSAY_FIELD("requests", 0, kMaxRequests); ///< since its previous access; 0 in on_insert
};

/// Two small numbers that the policy keeps with each cached object. Both are 0 when the object is inserted, before
/// on_insert may set them; they go into the ghost record when it is evicted.
struct Mark {
  i64 count ASSAY_FIELD("", 0, kMaxMark);
  i64 tag ASSAY_FIELD("", 0, kMaxMark);
};

/// What is remembered of an object that was evicted with kEvict. All 0 where nothing is remembered. The ghosts are a
/// FIFO of as many as the cache could hold: the oldest makes room; one that is requested leaves.
struct Ghost {
  i64 known ASSAY_FIELD("", 0, 1);                             ///< 1: it is remembered
  i64 queue ASSAY_FIELD("queue", 0, kQueues - 1);              ///< at whose head it was evicted
  i64 count ASSAY_FIELD("", 0, kMaxMark);                      ///< Mark::count when it was evicted
  i64 tag ASSAY_FIELD("", 0, kMaxMark);                        ///< Mark::tag when it was evicted
  i64 age ASSAY_FIELD("evictions", 0, kMaxRequests);           ///< evictions that were remembered since its own
  i64 requests_ago ASSAY_FIELD("requests", 0, kMaxRequests);   ///< between its eviction and now
};

/// The whole cache. "Recent" counts are halved every so many requests as the cache can hold objects.
struct Queues {
  Array<i64, kQueues> length ASSAY_FIELD("objects", 0, kMaxRequests);        ///< of each queue
  Array<i64, kQueues> bytes ASSAY_FIELD("bytes", 0, kMaxSpace);              ///< of each queue, in the unit of capacity
  Array<i64, kQueues> hits ASSAY_FIELD("requests", 0, kMaxRequests);         ///< recent, by the queue the object stood in
  Array<i64, kQueues> ghost_hits ASSAY_FIELD("requests", 0, kMaxRequests);   ///< recent misses, by Ghost::queue
  i64 capacity ASSAY_FIELD("bytes", 1, kMaxSpace);        ///< objects in a run that counts objects
  i64 used ASSAY_FIELD("bytes", 0, kMaxSpace);            ///< objects in a run that counts objects
  i64 objects ASSAY_FIELD("objects", 0, kMaxRequests);    ///< in the cache
  i64 ghosts ASSAY_FIELD("objects", 0, kMaxRequests);     ///< remembered
  i64 now ASSAY_FIELD("request", 0, kMaxRequests);        ///< number of this request, counted from 0
};

/// What the policy itself remembers from call to call. All 0 at the start.
struct Memory {
  i64 a ASSAY_FIELD("", -kMaxMemory, kMaxMemory);
  i64 b ASSAY_FIELD("", -kMaxMemory, kMaxMemory);
  i64 c ASSAY_FIELD("", -kMaxMemory, kMaxMemory);
  i64 d ASSAY_FIELD("", -kMaxMemory, kMaxMemory);
};

/// What holds of the memory and of the mark of every cached object, whenever no call is under way.
bool invariant(const Mark& mark, const Memory& memory ASSAY_ONE) ASSAY_OPTIONAL;

/// A miss, before space is made: the queue whose tail the object joins, or kReject.
i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory)
    ASSAY_RETURNS("queue", 0, kReject);

/// A hit: the queue to whose tail the object moves (its own, too), or kStay.
i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) ASSAY_RETURNS("queue", 0, kStay);

/// Space is needed: the queue whose head is looked at. Where that one is empty, the next one that is not, cyclically.
i64 pick_queue(const Queues& queues, Memory& memory) ASSAY_RETURNS("queue", 0, kQueues - 1);

/// The head of the picked queue: the queue to whose tail it moves, or kEvict, or kForget. After that pick_queue is asked
/// again while space is needed. A head may be moved only so often (a few times per request on average, saved up for
/// later); with that used up it is evicted, whatever is answered here.
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) ASSAY_RETURNS("queue", 0, kForget);
