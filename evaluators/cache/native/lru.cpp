// Least recently used.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Lru {
  Lists list;
  Lru(const NativeRun& run, const Sizes<kBytes>&) : list(run.trace.objects(), 1) {}

  void prefetch(std::uint32_t id) const { list.prefetch(id); }
  bool hit(std::size_t, std::uint32_t id) {
    if (!list.contains(id)) return false;
    list.move_newest(0, id);
    return true;
  }
  void admit(std::size_t, std::uint32_t id) { list.push_newest(0, id); }
  std::uint32_t evict(std::size_t) { return list.pop_oldest(0); }
};

}  // namespace

template <bool kBytes>
Counts run_lru(const NativeRun& run) {
  return run_policy<Lru, kBytes>(run);
}
template Counts run_lru<false>(const NativeRun&);
template Counts run_lru<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
