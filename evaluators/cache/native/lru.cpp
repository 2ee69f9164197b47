// Least recently used.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/policies.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

struct Lru {
  Links links;
  std::vector<std::uint8_t> resident;
  List list;
  explicit Lru(std::uint32_t objects) : links(objects), resident(objects, 0) {}

  bool hit(std::size_t, std::uint32_t id) {
    if (!resident[id]) return false;
    links.to_head(list, id);
    return true;
  }
  void admit(std::size_t, std::uint32_t id) {
    links.push_head(list, id);
    resident[id] = 1;
  }
  std::uint32_t evict(std::size_t, std::uint32_t) {
    std::uint32_t id = links.pop_tail(list);
    resident[id] = 0;
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_lru(const NativeRun& run) {
  Sizes<kBytes> sizes(run.trace);
  Lru policy(run.trace.objects());
  return replay<kBytes>(run.trace, run.capacity, sizes, policy);
}
template Counts run_lru<false>(const NativeRun&);
template Counts run_lru<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
