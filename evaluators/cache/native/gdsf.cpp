// Greedy-Dual-Size-Frequency: Cherkasova, Improving WWW proxies performance with greedy-dual-size-frequency caching policy
// (1998). Priority = L + count * 1e6 / size, with L the priority of the last one evicted; the longest untouched among equals
// goes first. An object comes in first and takes part in the choice of who must go.

#include "evaluators/cache/native/heap.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

struct Worth {
  double priority;
  std::uint32_t time;
  bool operator<(const Worth& other) const {
    return priority != other.priority ? priority < other.priority : time < other.time;
  }
};

template <bool kBytes>
struct Gdsf {
  Sizes<kBytes>& sizes;
  std::uint64_t capacity, occupied = 0;
  Heap<Worth> heap;
  std::vector<std::uint32_t> count;
  double age = 0;
  Gdsf(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), capacity(run.capacity), heap(run.trace.objects()), count(run.trace.objects(), 0) {}

  Worth worth(std::size_t now, std::uint32_t id) const {
    return {age + static_cast<double>(count[id]) * 1e6 / static_cast<double>(sizes.of(id)), static_cast<std::uint32_t>(now)};
  }
  bool hit(std::size_t now, std::uint32_t id) {
    if (!heap.contains(id)) return false;
    ++count[id];
    heap.change(id, worth(now, id));
    return true;
  }
  void evict_least() {
    age = heap.least_key().priority;
    occupied -= sizes.of(heap.pop_least());
  }
  /// All of the work is in `admit`, where the newcomer takes part.
  bool accepts(std::size_t now, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    count[id] = 1;
    heap.push(id, worth(now, id));
    occupied += size;
    while (occupied > capacity) evict_least();
    return false;
  }
  void evict(std::size_t, std::uint64_t) {}
  void admit(std::size_t, std::uint32_t, std::uint64_t) {}
};

}  // namespace

template <bool kBytes>
Counts run_gdsf(const NativeRun& run) {
  return run_policy<Gdsf, kBytes>(run);
}
template Counts run_gdsf<false>(const NativeRun&);
template Counts run_gdsf<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
