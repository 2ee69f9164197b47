// 2Q: Johnson, Shasha (VLDB 1994), full version. New objects enter a FIFO of a quarter of the capacity; what leaves it is remembered
// in a ghost FIFO of half the capacity; what is asked for while remembered enters the main LRU.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct TwoQ {
  enum : std::uint32_t { kIn, kMain, kOut };
  enum State : std::uint8_t { unknown, in, main, ghost };
  Sizes<kBytes>& sizes;
  Lists lists;
  std::vector<std::uint8_t> state;
  std::uint64_t occupied = 0, used[3] = {}, limit[3];
  bool remembered = false;  ///< the request at hand was in the ghost
  TwoQ(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), lists(run.trace.objects(), 3), state(run.trace.objects(), unknown) {
    limit[kIn] = part(0.25, run.capacity);
    limit[kOut] = part(0.5, run.capacity);
    limit[kMain] = run.capacity > limit[kIn] ? run.capacity - limit[kIn] : 1;
  }

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&state[id]); }
  bool hit(std::size_t, std::uint32_t id) {
    if (state[id] == in) return true;
    if (state[id] == main) {
      lists.move_newest(kMain, id);
      return true;
    }
    remembered = state[id] == ghost;
    if (remembered) leave(kOut, id, unknown);
    return false;
  }
  bool accepts(std::size_t, std::uint32_t, std::uint64_t size) const { return size <= limit[kIn]; }
  void evict(std::size_t, std::uint64_t) {
    if (used[kIn] <= limit[kIn] && !lists.empty(kMain)) return drop_main();
    std::uint32_t id = lists.oldest(kIn);
    occupied -= sizes.of(id);
    leave(kIn, id, unknown);
    if (sizes.of(id) > limit[kOut]) return;
    while (used[kOut] + sizes.of(id) > limit[kOut]) leave(kOut, lists.oldest(kOut), unknown);
    enter(kOut, id, ghost);
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    if (remembered && size > limit[kMain]) return;
    if (remembered)
      while (used[kMain] + size > limit[kMain]) drop_main();
    enter(remembered ? kMain : kIn, id, remembered ? main : in);
    occupied += size;
  }

 private:
  void drop_main() {
    std::uint32_t id = lists.oldest(kMain);
    occupied -= sizes.of(id);
    leave(kMain, id, unknown);
  }
  void enter(std::uint32_t list, std::uint32_t id, State now) {
    lists.push_newest(list, id);
    used[list] += sizes.of(id);
    state[id] = now;
  }
  void leave(std::uint32_t list, std::uint32_t id, State now) {
    lists.remove(id);
    used[list] -= sizes.of(id);
    state[id] = now;
  }
};

}  // namespace

template <bool kBytes>
Counts run_two_q(const NativeRun& run) {
  return run_policy<TwoQ, kBytes>(run);
}
template Counts run_two_q<false>(const NativeRun&);
template Counts run_two_q<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
