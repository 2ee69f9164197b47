// Greedy-Dual-Size-Frequency: Cherkasova, Improving WWW proxies performance with greedy-dual-size-frequency caching policy
// (1998). Priority = L + count * 1e6 / size, with L the priority of the last one evicted; the longest untouched among equals
// goes first.

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
  const Sizes<kBytes>& sizes;
  Heap<Worth> heap;
  std::vector<std::uint32_t> count;
  double age = 0;
  Gdsf(const NativeRun& run, const Sizes<kBytes>& given)
      : sizes(given), heap(run.trace.objects()), count(run.trace.objects(), 0) {}

  Worth worth(std::size_t now, std::uint32_t id) const {
    return {age + static_cast<double>(count[id]) * 1e6 / static_cast<double>(sizes.of(id)), static_cast<std::uint32_t>(now)};
  }
  bool hit(std::size_t now, std::uint32_t id) {
    if (!heap.contains(id)) return false;
    ++count[id];
    heap.change(id, worth(now, id));
    return true;
  }
  void admit(std::size_t now, std::uint32_t id) {
    count[id] = 1;
    heap.push(id, worth(now, id));
  }
  std::uint32_t evict(std::size_t) {
    age = heap.least_key().priority;
    return heap.pop_least();
  }
};

}  // namespace

template <bool kBytes>
Counts run_gdsf(const NativeRun& run) {
  return run_policy<Gdsf, kBytes>(run);
}
template Counts run_gdsf<false>(const NativeRun&);
template Counts run_gdsf<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
