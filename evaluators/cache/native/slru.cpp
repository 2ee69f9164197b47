// Segmented LRU with four segments of a quarter of the capacity each: Karedla, Love, Wherry, Caching strategies to improve disk
// system performance (1994). A hit moves up by one segment; what a segment cannot hold moves down, and out below the lowest.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::uint32_t kSegments = 4;

template <bool kBytes>
struct Slru {
  Sizes<kBytes>& sizes;
  Lists lists;
  std::vector<std::uint8_t> segment;
  std::uint64_t occupied = 0, limit, used[kSegments] = {};
  Slru(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), lists(run.trace.objects(), kSegments), segment(run.trace.objects(), 0), limit(part(0.25, run.capacity)) {}

  bool hit(std::size_t, std::uint32_t id) {
    if (!lists.contains(id)) return false;
    std::uint32_t to = segment[id];
    if (to + 1 == kSegments) {
      lists.move_newest(to, id);
      return true;
    }
    move(id, to + 1);
    for (++to; used[to] > limit;) cool(to);
    return true;
  }
  bool accepts(std::size_t, std::uint32_t, std::uint64_t size) const { return size <= limit; }
  void evict(std::size_t, std::uint64_t) {
    std::uint32_t from = 0;
    while (lists.empty(from)) ++from;
    drop_oldest(from);
  }
  /// Into the lowest segment with room; into the lowest of all when none has.
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    std::uint32_t to = 0;
    while (to < kSegments && used[to] + size > limit) ++to;
    sizes.fix(id, size);
    enter(id, to == kSegments ? 0 : to);
    occupied += size;
  }

 private:
  void enter(std::uint32_t id, std::uint32_t to) {
    lists.push_newest(to, id);
    segment[id] = static_cast<std::uint8_t>(to);
    used[to] += sizes.of(id);
  }
  void move(std::uint32_t id, std::uint32_t to) {
    lists.remove(id);
    used[segment[id]] -= sizes.of(id);
    enter(id, to);
  }
  void drop_oldest(std::uint32_t from) {
    std::uint32_t id = lists.pop_oldest(from);
    used[from] -= sizes.of(id);
    occupied -= sizes.of(id);
  }
  void cool(std::uint32_t from) {
    if (from == 0) return drop_oldest(0);
    move(lists.oldest(from), from - 1);
    while (used[from - 1] > limit) cool(from - 1);
  }
};

}  // namespace

template <bool kBytes>
Counts run_slru(const NativeRun& run) {
  return run_policy<Slru, kBytes>(run);
}
template Counts run_slru<false>(const NativeRun&);
template Counts run_slru<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
