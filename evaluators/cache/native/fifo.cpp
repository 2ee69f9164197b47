// First in, first out.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Fifo {
  Ring queue;
  std::vector<std::uint8_t> resident;
  Fifo(const NativeRun& run, const Sizes<kBytes>&) : queue(run.most_residents()), resident(run.trace.objects(), 0) {}

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&resident[id]); }
  bool hit(std::size_t, std::uint32_t id) const { return resident[id] != 0; }
  void admit(std::size_t, std::uint32_t id) {
    queue.push(id);
    resident[id] = 1;
  }
  std::uint32_t evict(std::size_t) {
    std::uint32_t id = queue.pop();
    resident[id] = 0;
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_fifo(const NativeRun& run) {
  return run_policy<Fifo, kBytes>(run);
}
template Counts run_fifo<false>(const NativeRun&);
template Counts run_fifo<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
