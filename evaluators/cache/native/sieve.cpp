// SIEVE: Zhang, Yang, Yue, Vigfusson, Rashmi, SIEVE is simpler than LRU (NSDI 2024), Algorithm 1. A hit sets a bit; the hand
// walks from the oldest to the newest, clears bits and evicts the first object without one; survivors keep their place.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Sieve {
  enum State : std::uint8_t { absent, resident, visited };
  Lists list;
  std::vector<std::uint8_t> state;
  std::uint32_t hand;  ///< the next to look at; the list's end: start at the oldest
  Sieve(const NativeRun& run, const Sizes<kBytes>&)
      : list(run.trace.objects(), 1), state(run.trace.objects(), absent), hand(list.end(0)) {}

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&state[id], 1); }
  bool hit(std::size_t, std::uint32_t id) {
    if (state[id] == absent) return false;
    state[id] = visited;
    return true;
  }
  void admit(std::size_t, std::uint32_t id) {
    list.push_newest(0, id);
    state[id] = resident;
  }
  std::uint32_t evict(std::size_t) {
    std::uint32_t id = hand == list.end(0) ? list.oldest(0) : hand;
    while (state[id] == visited) {
      state[id] = resident;
      id = list.newer(id);
      if (id == list.end(0)) id = list.oldest(0);
    }
    hand = list.newer(id);
    list.remove(id);
    state[id] = absent;
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_sieve(const NativeRun& run) {
  return run_policy<Sieve, kBytes>(run);
}
template Counts run_sieve<false>(const NativeRun&);
template Counts run_sieve<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
