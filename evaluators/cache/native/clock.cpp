// CLOCK with one bit, also known as second chance or FIFO with reinsertion: Corbato, A paging experiment with the Multics
// system (1968). The hand is the queue's head; moving on is reinsertion at its tail.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Clock {
  enum State : std::uint8_t { absent, resident, referenced };
  Ring queue;
  std::vector<std::uint8_t> state;
  Clock(const NativeRun& run, const Sizes<kBytes>&) : queue(run.most_residents()), state(run.trace.objects(), absent) {}

  void prefetch(std::uint32_t id) const { __builtin_prefetch(&state[id], 1); }
  bool hit(std::size_t, std::uint32_t id) {
    if (state[id] == absent) return false;
    state[id] = referenced;
    return true;
  }
  void admit(std::size_t, std::uint32_t id) {
    queue.push(id);
    state[id] = resident;
  }
  std::uint32_t evict(std::size_t) {
    std::uint32_t id = queue.pop();
    while (state[id] == referenced) {
      state[id] = resident;
      queue.push(id);
      id = queue.pop();
    }
    state[id] = absent;
    return id;
  }
};

}  // namespace

template <bool kBytes>
Counts run_clock(const NativeRun& run) {
  return run_policy<Clock, kBytes>(run);
}
template Counts run_clock<false>(const NativeRun&);
template Counts run_clock<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
