// Least frequently used, counted from insertion; first in first out among equals.

#include "evaluators/cache/native/frequency_list.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Lfu {
  FrequencyList list;
  Lfu(const NativeRun& run, const Sizes<kBytes>&) : list(run.trace.objects(), run.most_residents()) {}

  bool hit(std::size_t, std::uint32_t id) {
    if (!list.contains(id)) return false;
    list.bump(id);
    return true;
  }
  void admit(std::size_t, std::uint32_t id) { list.insert(id); }
  std::uint32_t evict(std::size_t) {
    std::uint32_t id = list.least();
    list.remove(id);
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_lfu(const NativeRun& run) {
  return run_policy<Lfu, kBytes>(run);
}
template Counts run_lfu<false>(const NativeRun&);
template Counts run_lfu<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
