// Belady's MIN: evict the one whose next request is farthest. Optimal for the number of misses where all sizes are 1.

#include "evaluators/cache/native/heap.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Belady {
  std::vector<std::uint32_t> next;
  Heap<std::uint32_t> heap;  ///< by ~next: the farthest is the least
  Belady(const NativeRun& run, const Sizes<kBytes>&) : next(next_access(run.trace)), heap(run.trace.objects()) {}

  bool hit(std::size_t now, std::uint32_t id) {
    if (!heap.contains(id)) return false;
    heap.change(id, ~next[now]);
    return true;
  }
  void admit(std::size_t now, std::uint32_t id) { heap.push(id, ~next[now]); }
  std::uint32_t evict(std::size_t) { return heap.pop_least(); }
};

}  // namespace

template <bool kBytes>
Counts run_belady(const NativeRun& run) {
  return run_policy<Belady, kBytes>(run);
}
template Counts run_belady<false>(const NativeRun&);
template Counts run_belady<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
