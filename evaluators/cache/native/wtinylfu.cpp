// W-TinyLFU: Einziger, Friedman, Manes, TinyLFU: a highly efficient cache admission policy (ACM ToS 2017). A window LRU of 1 % of the
// capacity before a segmented LRU (20 % probation, 80 % protected); the window's oldest comes into the main part only if it was
// counted more often than the main part's victim. Counts age by halving after 32 main sizes of main hits.

#include "evaluators/cache/native/count_filter.h"
#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct WTinyLfu {
  enum : std::uint32_t { kWindow, kProbation, kProtected };
  Sizes<kBytes>& sizes;
  Lists lists;
  std::vector<std::uint8_t> place;
  std::uint64_t window_limit, main_limit, limit[3], used[3] = {}, occupied = 0, main_hits = 0;
  CountFilter counts;
  WTinyLfu(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), lists(run.trace.objects(), 3), place(run.trace.objects(), kWindow), window_limit(part(0.01, run.capacity)),
        main_limit(run.capacity > window_limit ? run.capacity - window_limit : 1),
        limit{window_limit, part(0.2, main_limit), part(0.8, main_limit)}, counts(run.trace, main_limit) {}

  bool hit(std::size_t, std::uint32_t id) {
    if (!lists.contains(id)) return false;
    if (place[id] == kWindow) {
      lists.move_newest(kWindow, id);
      return true;
    }
    promote(id);
    counts.add(id);
    if (++main_hits >= 32 * main_limit) {
      main_hits = 0;
      counts.halve();
    }
    return true;
  }
  bool accepts(std::size_t, std::uint32_t, std::uint64_t size) const { return size <= limit[kWindow] && size <= limit[kProbation]; }
  /// The window's oldest moves on for as long as the main part has room or a victim that was counted less; the first
  /// candidate that loses goes, or, if none does, one more of the main part.
  void evict(std::size_t, std::uint64_t) {
    while (!lists.empty(kWindow)) {
      std::uint32_t candidate = lists.oldest(kWindow);
      bool room = main_used() + sizes.of(candidate) <= main_limit;
      bool wins = room || counts.estimate(candidate) > counts.estimate(lists.oldest(main_victims()));
      if (wins)
        enter_main(candidate, !room);
      else
        drop_oldest(kWindow);
      counts.add(candidate);
      if (!wins) return;
    }
    drop_oldest(main_victims());
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    enter(id, kWindow);
    occupied += size;
    counts.add(id);
  }

 private:
  std::uint64_t main_used() const { return used[kProbation] + used[kProtected]; }
  std::uint32_t main_victims() const { return lists.empty(kProbation) ? kProtected : kProbation; }
  void promote(std::uint32_t id) {
    if (place[id] == kProtected) return lists.move_newest(kProtected, id);
    move(id, kProtected);
    while (used[kProtected] > limit[kProtected]) {
      move(lists.oldest(kProtected), kProbation);
      while (used[kProbation] > limit[kProbation]) drop_oldest(kProbation);
    }
  }
  void enter_main(std::uint32_t id, bool replace) {
    if (replace) drop_oldest(main_victims());
    std::uint64_t size = sizes.of(id);
    if (used[kProbation] + size <= limit[kProbation]) return move(id, kProbation);
    if (used[kProtected] + size <= limit[kProtected]) return move(id, kProtected);
    while (main_used() + size > main_limit) drop_oldest(main_victims());
    move(id, kProbation);
  }
  void drop_oldest(std::uint32_t list) {
    std::uint32_t id = lists.pop_oldest(list);
    used[list] -= sizes.of(id);
    occupied -= sizes.of(id);
  }
  void move(std::uint32_t id, std::uint32_t to) {
    lists.remove(id);
    used[place[id]] -= sizes.of(id);
    enter(id, to);
  }
  void enter(std::uint32_t id, std::uint32_t to) {
    lists.push_newest(to, id);
    place[id] = static_cast<std::uint8_t>(to);
    used[to] += sizes.of(id);
  }
};

}  // namespace

template <bool kBytes>
Counts run_wtinylfu(const NativeRun& run) {
  return run_policy<WTinyLfu, kBytes>(run);
}
template Counts run_wtinylfu<false>(const NativeRun&);
template Counts run_wtinylfu<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
