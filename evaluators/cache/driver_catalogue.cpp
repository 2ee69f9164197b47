#include "evaluators/cache/driver_catalogue.h"

#include "evaluators/cache/driver/priority_state.h"
#include "evaluators/cache/driver/queue_state.h"
#include "evaluators/cache/trace.h"

namespace assay::evaluators::cache {
namespace {

static_assert(kMostQueuesOfContract == assay_driver::kMostQueues && kMostMarksOfContract == assay_driver::kMostMarks);

constexpr std::int64_t kRequests = assay_driver::kMaxRequests;
constexpr std::int64_t kObjects = assay_driver::kMaxObjects;
constexpr std::int64_t kSize = kMaxObjectBytes;
constexpr std::int64_t kSpace = 1LL << 50;  // the domain refuses a larger capacity
// The last victim's priority has the range of the policy's own answer, and 0 before the first eviction.
constexpr std::int64_t kAnswer = 1LL << 62;

constexpr Feature kPriorityFeatures[] = {
    {"Object", "size", "object_size", "object_size", 1, kSize},
    {"Object", "hits", "object_hits", "object_hits", 0, kRequests},
    {"Object", "age", "object_age", "object_age", 0, kRequests},
    {"Object", "lifetime", "object_lifetime", "object_lifetime", 0, kRequests},
    {"Object", "last_access", "object_last_access", "object_last_access", 0, kRequests},
    {"Object", "inserted", "object_inserted", "object_inserted", 0, kRequests},
    {"Ghost", "known", "ghost_known", "ghost_known", 0, 1},
    {"Ghost", "hits", "ghost_hits", "ghost_hits", 0, kRequests},
    {"Ghost", "age", "ghost_age", "ghost_age", 0, kRequests},
    {"Ghost", "residency", "ghost_residency", "ghost_residency", 0, kRequests},
    {"Cache", "now", "cache_now", "cache_now", 0, kRequests},
    {"Cache", "capacity", "cache_capacity", "cache_capacity", 1, kSpace},
    {"Cache", "used", "cache_used", "cache_used", 0, kSpace},
    {"Cache", "objects", "cache_objects", "cache_objects", 0, kObjects},
    {"Cache", "evictions", "cache_evictions", "cache_evictions", 0, kRequests},
    {"Cache", "last_evicted_priority", "cache_last_evicted_priority", "cache_last_evicted_priority", -kAnswer, kAnswer},
    {"Cache", "hits.p10", "cache_hits[0]", "cache_hits", 0, kRequests},
    {"Cache", "hits.p25", "cache_hits[1]", "cache_hits", 0, kRequests},
    {"Cache", "hits.p50", "cache_hits[2]", "cache_hits", 0, kRequests},
    {"Cache", "hits.p75", "cache_hits[3]", "cache_hits", 0, kRequests},
    {"Cache", "hits.p90", "cache_hits[4]", "cache_hits", 0, kRequests},
    {"Cache", "ages.p10", "cache_ages[0]", "cache_ages", 0, kRequests},
    {"Cache", "ages.p25", "cache_ages[1]", "cache_ages", 0, kRequests},
    {"Cache", "ages.p50", "cache_ages[2]", "cache_ages", 0, kRequests},
    {"Cache", "ages.p75", "cache_ages[3]", "cache_ages", 0, kRequests},
    {"Cache", "ages.p90", "cache_ages[4]", "cache_ages", 0, kRequests},
    {"Cache", "sizes.p10", "cache_sizes[0]", "cache_sizes", 0, kSize},
    {"Cache", "sizes.p25", "cache_sizes[1]", "cache_sizes", 0, kSize},
    {"Cache", "sizes.p50", "cache_sizes[2]", "cache_sizes", 0, kSize},
    {"Cache", "sizes.p75", "cache_sizes[3]", "cache_sizes", 0, kSize},
    {"Cache", "sizes.p90", "cache_sizes[4]", "cache_sizes", 0, kSize},
};

constexpr Call kPriorityCalls[] = {
    {"priority", true, 0, " Object Cache Ghost ", ""},
};

constexpr Feature kQueueFeatures[] = {
    {"Object", "size", "object_size", "object_size", 1, kSize},
    {"Object", "queue", "object_queue", "object_queue", 0, kMostQueuesOfContract - 1},
    {"Object", "age", "object_age", "object_age", 0, kRequests},
    {"Object", "idle", "object_idle", "object_idle", 0, kRequests},
    {"Ghost", "known", "ghost_known", "ghost_known", 0, 1},
    {"Ghost", "queue", "ghost_queue", "ghost_queue", 0, kMostQueuesOfContract - 1},
    {"Ghost", "age", "ghost_age", "ghost_age", 0, kRequests},
    {"Ghost", "requests_ago", "ghost_requests_ago", "ghost_requests_ago", 0, kRequests},
    {"Queues", "length", "queues->length(i)", "queues_length", 0, kObjects, true},
    {"Queues", "bytes", "queues->bytes[i]", "queues_bytes", 0, kSpace, true},
    {"Queues", "hits", "queues->hits[i]", "queues_hits", 0, kRequests, true},
    {"Queues", "ghost_hits", "queues->ghost_hits[i]", "queues_ghost_hits", 0, kRequests, true},
    {"Queues", "capacity", "queues_capacity", "queues_capacity", 1, kSpace},
    {"Queues", "used", "queues_used", "queues_used", 0, kSpace},
    {"Queues", "objects", "queues_objects", "queues_objects", 0, kObjects},
    {"Queues", "ghosts", "queues_ghosts", "queues_ghosts", 0, kObjects},
    {"Queues", "now", "queues_now", "queues_now", 0, kRequests},
};

constexpr Call kQueueCalls[] = {
    {"on_insert", true, 0, " Object Ghost Queues Mark Memory ", ""},
    {"on_hit", false, 0, " Object Queues Mark Memory ", "kQueueCount"},
    {"pick_queue", false, -1, " Queues Memory ", "0"},
    {"on_head", false, 1, " Object Queues Mark Memory ", "kQueueCount"},
};

constexpr Vocabulary kPriority{Machine::priority, kPriorityFeatures, kPriorityCalls, "PriorityView"};
constexpr Vocabulary kQueues{Machine::queues, kQueueFeatures, kQueueCalls, "QueueView"};

}  // namespace

const Vocabulary& vocabulary(Machine machine) { return machine == Machine::priority ? kPriority : kQueues; }

}  // namespace assay::evaluators::cache
