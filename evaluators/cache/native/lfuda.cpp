// LFU with dynamic aging: Arlitt, Cherkasova, Dilley, Friedrich, Jin, Evaluating content management techniques for web proxy
// caches (1999). Priority = hits + L, with L the priority of the last one evicted; the longest untouched among equals goes.

#include "evaluators/cache/native/heap.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

struct AgedCount {
  std::uint64_t priority;
  std::uint32_t time;
  bool operator<(const AgedCount& other) const {
    return priority != other.priority ? priority < other.priority : time < other.time;
  }
};

template <bool kBytes>
struct Lfuda {
  Heap<AgedCount> heap;
  std::vector<std::uint32_t> count;
  std::uint64_t age = 0;
  Lfuda(const NativeRun& run, const Sizes<kBytes>&) : heap(run.trace.objects()), count(run.trace.objects(), 0) {}

  bool hit(std::size_t now, std::uint32_t id) {
    if (!heap.contains(id)) return false;
    heap.change(id, {age + ++count[id], static_cast<std::uint32_t>(now)});
    return true;
  }
  void admit(std::size_t now, std::uint32_t id) {
    count[id] = 1;
    heap.push(id, {age + 1, static_cast<std::uint32_t>(now)});
  }
  std::uint32_t evict(std::size_t) {
    age = heap.least_key().priority;
    return heap.pop_least();
  }
};

}  // namespace

template <bool kBytes>
Counts run_lfuda(const NativeRun& run) {
  return run_policy<Lfuda, kBytes>(run);
}
template Counts run_lfuda<false>(const NativeRun&);
template Counts run_lfuda<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
