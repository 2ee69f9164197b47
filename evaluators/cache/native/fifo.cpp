// First in, first out.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/policies.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

struct Fifo {
  std::vector<std::uint32_t> newer;  ///< of a resident: the one inserted after it
  std::vector<std::uint8_t> resident;
  std::uint32_t oldest = kNever, newest = kNever;
  explicit Fifo(std::uint32_t objects) : newer(objects), resident(objects, 0) {}

  bool hit(std::size_t, std::uint32_t id) { return resident[id] != 0; }
  void admit(std::size_t, std::uint32_t id) {
    (oldest == kNever ? oldest : newer[newest]) = id;
    newest = id;
    newer[id] = kNever;
    resident[id] = 1;
  }
  std::uint32_t evict(std::size_t, std::uint32_t) {
    std::uint32_t id = oldest;
    oldest = newer[id];
    resident[id] = 0;
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_fifo(const NativeRun& run) {
  Sizes<kBytes> sizes(run.trace);
  Fifo policy(run.trace.objects());
  return replay<kBytes>(run.trace, run.capacity, sizes, policy);
}
template Counts run_fifo<false>(const NativeRun&);
template Counts run_fifo<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
