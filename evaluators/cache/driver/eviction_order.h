#pragma once
// Objects by priority, smallest first, ties by id: exact, and cheap where priorities mostly rise.
//
// Each object in the cache has one valid entry, found by its version; replaced entries stay where they are until they
// surface or are swept out. An entry's key is a lower bound of the object's priority: a priority that rises leaves the
// entry alone, and the bound is mended when it surfaces. The entry (key, id) on top with key == priority is the minimum,
// because every other object's (priority, id) is at least its own entry's (key, id).
//
// Entries lie in two places. The run is a ring that is sorted because only an entry not below its last one is
// appended; recency-like priorities live there, at O(1) each. Everything else goes into a 4-ary heap.

#include "evaluators/cache/driver/common.h"

namespace assay_driver {

struct Entry {
  i64 key;
  u32 id;
  u32 version;
};

inline bool before(const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.id < b.id; }

/// One object. 32 bytes, so that a request touches one cache line.
struct Resident {
  i64 priority;
  i64 key;          ///< of its valid entry; <= priority
  u32 version;      ///< of its valid entry
  u32 hits_plus_1;  ///< 0: not in the cache
  u32 last_access;
  u32 inserted;
};

struct EvictionOrder {
  Resident* residents = nullptr;
  Entry* run = nullptr;  ///< ring
  u32 run_mask = 0, run_head = 0, run_end = 0;
  Entry* heap = nullptr;  ///< children of i: 4i+1 .. 4i+4, those four in one cache line
  u32 heap_size = 0, heap_limit = 0;
  u32 version = 0;
};

inline void lay_out(EvictionOrder& order, Arena& arena, u64 objects, u64 residents) {
  order.residents = take<Resident>(arena, objects);
  // A sweep keeps at most `residents` entries in each place, and so empties at least a half.
  const u64 ring = power_of_two_from(4 * residents + 512);
  order.run = take<Entry>(arena, ring);
  order.run_mask = static_cast<u32>(ring - 1);
  order.heap_limit = static_cast<u32>(2 * residents + 64);
  order.heap = take<Entry>(arena, order.heap_limit + 8ull) + 3;
}

inline bool stale(const Resident* residents, const Entry& entry) { return residents[entry.id].version != entry.version; }

[[gnu::noinline]] inline void sift_up(Entry* heap, u32 at, Entry entry) {
  while (at > 0) {
    const u32 parent = (at - 1) / 4;
    if (!before(entry, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = entry;
}

[[gnu::noinline]] inline void sift_down(Entry* heap, u32 size, u32 at, Entry entry) {
  for (;;) {
    const u32 first = 4 * at + 1;
    if (first >= size) break;
    const u32 end = first + 4 < size ? first + 4 : size;
    u32 least = first;
    for (u32 child = first + 1; child < end; ++child) least = before(heap[child], heap[least]) ? child : least;
    if (!before(heap[least], entry)) break;
    heap[at] = heap[least];
    at = least;
  }
  heap[at] = entry;
}

/// Drops stale entries; returns how many are left.
[[gnu::noinline]] inline u32 sweep_heap(const Resident* residents, Entry* heap, u32 size) {
  u32 kept = 0;
  for (u32 i = 0; i < size; ++i)
    if (!stale(residents, heap[i])) heap[kept++] = heap[i];
  for (u32 i = kept / 4 + 1; i-- > 0;)
    if (i < kept) sift_down(heap, kept, i, heap[i]);
  return kept;
}

/// Drops stale entries of head .. end; returns the new end.
[[gnu::noinline]] inline u32 sweep_run(const Resident* residents, Entry* run, u32 mask, u32 head, u32 end) {
  u32 kept = head;
  for (u32 i = head; i != end; ++i) {
    const Entry entry = run[i & mask];
    __builtin_prefetch(&residents[run[(i + 8) & mask].id]);
    if (!stale(residents, entry)) run[kept++ & mask] = entry;
  }
  return kept;
}

/// True when it fitted at the end of the run.
[[gnu::always_inline]] inline bool append(EvictionOrder& order, const Entry& entry) {
  if (order.run_end != order.run_head && before(entry, order.run[(order.run_end - 1) & order.run_mask])) return false;
  if (order.run_end - order.run_head > order.run_mask)
    order.run_end = sweep_run(order.residents, order.run, order.run_mask, order.run_head, order.run_end);
  order.run[order.run_end++ & order.run_mask] = entry;
  return true;
}

[[gnu::always_inline]] inline void push_heap(EvictionOrder& order, const Entry& entry) {
  if (order.heap_size == order.heap_limit) order.heap_size = sweep_heap(order.residents, order.heap, order.heap_size);
  sift_up(order.heap, order.heap_size++, entry);
}

/// Gives the object a new valid entry at `key`.
[[gnu::always_inline]] inline void enter(EvictionOrder& order, u32 id, i64 key) {
  Resident& object = order.residents[id];
  object.key = key;
  object.version = ++order.version;
  const Entry entry{key, id, order.version};
  if (!append(order, entry)) push_heap(order, entry);
}

[[gnu::always_inline]] inline void insert(EvictionOrder& order, u32 id, i64 priority) {
  order.residents[id].priority = priority;
  enter(order, id, priority);
}

/// The object stays, its priority changes.
[[gnu::always_inline]] inline void change(EvictionOrder& order, u32 id, i64 priority) {
  Resident& object = order.residents[id];
  if (priority == object.priority) return;
  object.priority = priority;
  if (priority < object.key) return enter(order, id, priority);
  const Entry entry{priority, id, order.version + 1};
  if (priority == object.key || !append(order, entry)) return;  // its entry remains a lower bound
  object.key = priority;
  object.version = ++order.version;
}

[[gnu::always_inline]] inline void pop_heap(EvictionOrder& order) {
  const Entry last = order.heap[--order.heap_size];
  if (order.heap_size > 0) sift_down(order.heap, order.heap_size, 0, last);
}

/// The heap's top got its true key: back into its place, or to the end of the run.
[[gnu::always_inline]] inline void mend_top(EvictionOrder& order, Resident& object, u32 id) {
  object.key = object.priority;
  object.version = ++order.version;
  const Entry entry{object.key, id, order.version};
  if (append(order, entry)) return pop_heap(order);
  sift_down(order.heap, order.heap_size, 0, entry);
}

/// Takes the smallest out and returns its id. Requires: at least one object is in.
[[gnu::always_inline]] inline u32 take_smallest(EvictionOrder& order) {
  for (;;) {
    while (order.run_head != order.run_end && stale(order.residents, order.run[order.run_head & order.run_mask])) ++order.run_head;
    while (order.heap_size > 0 && stale(order.residents, order.heap[0])) pop_heap(order);
    const bool has_run = order.run_head != order.run_end;
    const Entry& front = order.run[order.run_head & order.run_mask];
    __builtin_prefetch(&order.residents[order.run[(order.run_head + 6) & order.run_mask].id]);
    const bool from_run = has_run && (order.heap_size == 0 || before(front, order.heap[0]));
    const u32 id = from_run ? front.id : order.heap[0].id;
    Resident& object = order.residents[id];
    const bool exact = object.priority == object.key;
    if (from_run) ++order.run_head;
    if (exact) {
      if (!from_run) pop_heap(order);
      object.version = 0;
      return id;
    }
    if (from_run) enter(order, id, object.priority);
    else mend_top(order, object, id);
  }
}

}  // namespace assay_driver
