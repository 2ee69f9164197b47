// Least recently used.

#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

/// The trace itself is the queue: request `i` is live if it is the last one so far to its object, and the oldest live request
/// names the victim. A hit is one store. The tail passes every request once, a block at a time and without a branch on
/// whether it is live; what a block leaves is looked at again when its turn comes.
template <bool kBytes>
struct Lru {
  static constexpr std::uint32_t kBlock = 64;
  const std::vector<std::uint32_t>& ids;
  std::vector<std::uint32_t> last;  ///< request to each resident; kNever: not resident
  std::uint32_t tail = 0;           ///< live requests before it are in `candidates`
  std::uint32_t candidates[kBlock], next = 0, end = 0;
  Lru(const NativeRun& run, const Sizes<kBytes>&) : ids(run.trace.ids), last(run.trace.objects(), kNever) {}

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&last[id], 1); }
  bool hit(std::size_t now, std::uint32_t id) {
    if (last[id] == kNever) return false;
    last[id] = static_cast<std::uint32_t>(now);
    return true;
  }
  void admit(std::size_t now, std::uint32_t id) { last[id] = static_cast<std::uint32_t>(now); }
  std::uint32_t evict(std::size_t now) {
    for (;;) {
      while (next < end) {
        std::uint32_t request = candidates[next++], id = ids[request];
        if (last[id] != request) continue;
        last[id] = kNever;
        return id;
      }
      collect(static_cast<std::uint32_t>(now));
    }
  }

 private:
  void collect(std::uint32_t now) {
    std::uint32_t stop = tail + kBlock < now ? tail + kBlock : now;
    next = end = 0;
    for (; tail < stop; ++tail) {
      candidates[end] = tail;
      end += last[ids[tail]] == tail;
    }
    for (std::uint32_t i = stop; i < stop + kBlock && i < now; ++i) __builtin_prefetch(&last[ids[i]]);
  }
};

}  // namespace

template <bool kBytes>
Counts run_lru(const NativeRun& run) {
  return run_policy<Lru, kBytes>(run);
}
template Counts run_lru<false>(const NativeRun&);
template Counts run_lru<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
