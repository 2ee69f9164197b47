// What is proved of a policy besides its safety. Words: policies/abi/property.h. All baselines in baselines/ satisfy what
// is required or preferred; `answers_survive_doubled_sizes` is met by those that compare sizes exactly, and only reported.
// That an object just inserted is not the victim needs no proof here: it joins a queue after space was made.
#include "policies/abi/property.h"
#include "policy.h"

/// Whether the answer of on_head leaves the object in the cache.
bool stays(i64 answer) { return answer < kQueues; }

/// An object for which there is room is admitted: to turn it away saves nothing.
ASSAY_PROPERTY(admits_while_there_is_room, required) {
  auto object = any<Object>();
  auto ghost = any<Ghost>();
  auto queues = any<Queues>();
  auto memory = any<Memory>();
  object.queue = 0;
  object.age = 0;
  object.idle = 0;
  queues.used = any_in(0, queues.capacity);
  assume(object.size <= queues.capacity - queues.used);
  Mark mark{};
  prove(on_insert(object, ghost, queues, mark, memory) != kReject);
}

/// Bounded scan: a head that goes round once more leaves a trace that ends. Its count falls, or that stands and its tag falls, or
/// both stand and its queue's number falls; so between two hits it is moved a bounded number of times.
ASSAY_PROPERTY(scan_is_bounded, preferred) {
  auto object = any<Object>();
  auto queues = any<Queues>();
  auto mark = any<Mark>();
  auto memory = any<Memory>();
  const i64 count = mark.count, tag = mark.tag;
  const i64 answer = on_head(object, queues, mark, memory);
  prove(!stays(answer) || mark.count < count ||
        (mark.count == count && (mark.tag < tag || (mark.tag == tag && answer < object.queue))));
}

/// No idle round: a head that goes to the tail of its own queue has changed its mark or the memory, so that the next look at
/// it can end otherwise.
ASSAY_PROPERTY(no_idle_round, required) {
  auto object = any<Object>();
  auto queues = any<Queues>();
  auto mark = any<Mark>();
  auto memory = any<Memory>();
  const Mark before = mark;
  const Memory known = memory;
  const i64 answer = on_head(object, queues, mark, memory);
  prove(answer != object.queue || mark.count != before.count || mark.tag != before.tag || memory.a != known.a ||
        memory.b != known.b || memory.c != known.c || memory.d != known.d);
}

/// Monotone in hits: of two heads alike in all but their count, the one with the larger count is not evicted where the other
/// one stays.
ASSAY_PROPERTY(monotone_in_hits, preferred) {
  auto object = any<Object>();
  auto queues = any<Queues>();
  auto fewer = any<Mark>();
  auto memory = any<Memory>();
  auto more = fewer;
  more.count = any_in(fewer.count, kMaxMark);
  auto again = memory;
  const bool kept = stays(on_head(object, queues, fewer, memory));
  prove(!kept || stays(on_head(object, queues, more, again)));
}

/// A hit is not forgotten: it does not take the last count from an object.
ASSAY_PROPERTY(hit_does_no_harm, preferred) {
  auto object = any<Object>();
  auto queues = any<Queues>();
  auto mark = any<Mark>();
  auto memory = any<Memory>();
  const i64 count = mark.count;
  on_hit(object, queues, mark, memory);
  prove(mark.count >= min(count, 1));
}

/// Looking is free: pick_queue leaves the memory as it is, so that asking twice gives one answer.
ASSAY_PROPERTY(picking_changes_nothing, preferred) {
  auto queues = any<Queues>();
  auto memory = any<Memory>();
  const Memory known = memory;
  pick_queue(queues, memory);
  prove(memory.a == known.a && memory.b == known.b && memory.c == known.c && memory.d == known.d);
}

/// Scale: with everything twice as large, the same queue is picked.
ASSAY_PROPERTY(answers_survive_doubled_sizes, info) {
  auto queues = any<Queues>();
  auto memory = any<Memory>();
  queues.capacity = any_in(1, kMaxSpace / 2);
  queues.used = any_in(0, queues.capacity);
  queues.bytes[0] = any_in(0, kMaxSpace / 2);
  queues.bytes[1] = any_in(0, kMaxSpace / 2);
  queues.bytes[2] = any_in(0, kMaxSpace / 2);
  queues.bytes[3] = any_in(0, kMaxSpace / 2);
  auto doubled = queues;
  auto again = memory;
  doubled.capacity = 2 * queues.capacity;
  doubled.used = 2 * queues.used;
  for (i64 i = 0; i < kQueues; ++i) doubled.bytes[i] = 2 * queues.bytes[i];
  prove(pick_queue(queues, memory) == pick_queue(doubled, again));
}
