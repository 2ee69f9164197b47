// S3-FIFO: Yang, Zhang, Qiu, Yue, Rashmi, FIFO queues are all you need for cache eviction (SOSP 2023), Algorithm 1. A small FIFO of
// 10 % of the capacity, a main FIFO with a two-bit counter, a ghost FIFO of 90 %. From small to main with two hits or more, else to
// the ghost.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct S3Fifo {
  enum : std::uint32_t { kSmall, kMain, kGhost };
  enum Where : std::uint8_t { unknown = 0, small = 0x10, main = 0x20, ghost = 0x30, count_mask = 0x0f };
  Sizes<kBytes>& sizes;
  Lists lists;
  std::vector<std::uint8_t> state;  ///< where, and hits up to 3
  std::uint64_t occupied = 0, used[3] = {}, limit[3];
  bool remembered = false;  ///< the request at hand was in the ghost
  S3Fifo(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), lists(run.trace.objects(), 3), state(run.trace.objects(), unknown) {
    limit[kSmall] = part(0.10, run.capacity);
    limit[kGhost] = part(0.90, run.capacity);
    limit[kMain] = run.capacity - limit[kSmall];
  }

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&state[id], 1); }
  bool hit(std::size_t, std::uint32_t id) {
    std::uint8_t where = state[id] & ~count_mask;
    if (where == small || where == main) {
      if ((state[id] & count_mask) < 3) ++state[id];
      return true;
    }
    remembered = where == ghost;
    if (remembered) leave(kGhost, id);
    return false;
  }
  bool accepts(std::size_t, std::uint32_t, std::uint64_t size) const { return size <= limit[kSmall]; }
  void evict(std::size_t, std::uint64_t) {
    if (used[kMain] > limit[kMain] || lists.empty(kSmall)) return evict_main();
    evict_small();
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    if (!remembered && kBytes && size >= limit[kSmall]) return;
    enter(remembered ? kMain : kSmall, id, remembered ? main : small);
    occupied += size;
  }

 private:
  void evict_small() {
    while (!lists.empty(kSmall)) {
      std::uint32_t id = lists.oldest(kSmall);
      bool worth_keeping = (state[id] & count_mask) >= 2;
      leave(kSmall, id);
      if (worth_keeping) {
        enter(kMain, id, main);
        continue;
      }
      occupied -= sizes.of(id);
      remember(id);
      return;
    }
  }
  void remember(std::uint32_t id) {
    if (sizes.of(id) > limit[kGhost]) return;
    while (used[kGhost] + sizes.of(id) > limit[kGhost]) leave(kGhost, lists.oldest(kGhost));
    enter(kGhost, id, ghost);
  }
  void evict_main() {
    for (;;) {
      std::uint32_t id = lists.oldest(kMain);
      if ((state[id] & count_mask) == 0) {
        leave(kMain, id);
        occupied -= sizes.of(id);
        return;
      }
      --state[id];
      lists.move_newest(kMain, id);
    }
  }
  void enter(std::uint32_t list, std::uint32_t id, Where where) {
    lists.push_newest(list, id);
    used[list] += sizes.of(id);
    state[id] = where;
  }
  void leave(std::uint32_t list, std::uint32_t id) {
    lists.remove(id);
    used[list] -= sizes.of(id);
    state[id] = unknown;
  }
};

}  // namespace

template <bool kBytes>
Counts run_s3fifo(const NativeRun& run) {
  return run_policy<S3Fifo, kBytes>(run);
}
template Counts run_s3fifo<false>(const NativeRun&);
template Counts run_s3fifo<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
