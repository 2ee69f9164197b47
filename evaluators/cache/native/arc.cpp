// ARC: Megiddo, Modha, ARC: a self-tuning, low overhead replacement cache (FAST 2003), Figure 4. T1 holds what was asked for once, T2 the
// rest, B1 and B2 remember what left them; the target of T1 moves with the ghost hits. Sizes count as so many pages.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Arc {
  enum : std::uint32_t { kT1, kT2, kB1, kB2, kNone };
  Sizes<kBytes>& sizes;
  Lists lists;
  std::vector<std::uint8_t> place;
  std::uint64_t capacity, occupied = 0, used[4] = {};
  double target = 0;             ///< of T1
  std::uint32_t ghost = kNone;   ///< where the request at hand was remembered
  Arc(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), lists(run.trace.objects(), 4), place(run.trace.objects(), kNone), capacity(run.capacity) {}

  void prefetch(std::uint32_t id) const { lists.prefetch(id); }
  bool hit(std::size_t, std::uint32_t id) {
    ghost = kNone;
    std::uint32_t at = place[id];
    if (at == kT2) {
      lists.move_newest(kT2, id);
      return true;
    }
    if (at == kT1) {
      move(id, kT2);
      return true;
    }
    if (at != kNone) learn(id, at);
    return false;
  }
  void evict(std::size_t, std::uint64_t size) {
    if (ghost != kNone) return replace();
    if (used[kT1] + used[kB1] + size > capacity) {
      if (lists.empty(kB1)) return drop(kT1);
      drop(kB1);
      return replace();
    }
    if (used[kT1] + used[kT2] + used[kB1] + used[kB2] >= 2 * capacity && !lists.empty(kB2)) drop(kB2);
    replace();
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    enter(id, ghost == kNone ? kT1 : kT2);
    occupied += size;
  }

 private:
  /// A ghost hit moves the target towards the list that it came from, by at least 1.
  void learn(std::uint32_t id, std::uint32_t from) {
    ghost = from;
    auto ratio = [&](std::uint32_t a, std::uint32_t b) {
      double r = static_cast<double>(used[a]) / static_cast<double>(used[b]);
      return r > 1 ? r : 1;
    };
    if (from == kB1) {
      target += ratio(kB2, kB1);
      if (target > static_cast<double>(capacity)) target = static_cast<double>(capacity);
    } else {
      target -= ratio(kB1, kB2);
      if (target < 0) target = 0;
    }
    leave(id);
  }
  void replace() {
    auto t1 = static_cast<double>(used[kT1]);
    bool from_t1 = !lists.empty(kT1) && (t1 > target || (t1 == target && ghost == kB2));
    if (lists.empty(kT2)) from_t1 = true;
    std::uint32_t id = lists.oldest(from_t1 ? kT1 : kT2);
    occupied -= sizes.of(id);
    move(id, from_t1 ? kB1 : kB2);
  }
  void drop(std::uint32_t list) {
    std::uint32_t id = lists.oldest(list);
    if (list == kT1) occupied -= sizes.of(id);
    leave(id);
  }
  void move(std::uint32_t id, std::uint32_t to) {
    leave(id);
    enter(id, to);
  }
  void enter(std::uint32_t id, std::uint32_t to) {
    lists.push_newest(to, id);
    place[id] = static_cast<std::uint8_t>(to);
    used[to] += sizes.of(id);
  }
  void leave(std::uint32_t id) {
    lists.remove(id);
    used[place[id]] -= sizes.of(id);
    place[id] = kNone;
  }
};

}  // namespace

template <bool kBytes>
Counts run_arc(const NativeRun& run) {
  return run_policy<Arc, kBytes>(run);
}
template Counts run_arc<false>(const NativeRun&);
template Counts run_arc<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
