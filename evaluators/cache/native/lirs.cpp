// LIRS: Jiang, Zhang (SIGMETRICS 2002). Stack S holds low inter-reference recency objects (LIR, 99 % of the capacity) and what was seen
// since the oldest of them; queue Q holds the resident high ones (HIR, 1 %). The stack is limited to twice the capacity.

#include "evaluators/cache/native/lists.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

template <bool kBytes>
struct Lirs {
  enum : std::uint8_t { kLir = 1, kResident = 2 };
  Sizes<kBytes>& sizes;
  Lists stack, queue, ghosts;  ///< ghosts: what is in the stack and not resident, oldest first
  std::vector<std::uint8_t> state;
  std::uint64_t capacity, hir_limit, lir_limit, lir_used = 0, hir_used = 0, stack_used = 0, occupied = 0;
  Lirs(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), stack(run.trace.objects(), 1), queue(run.trace.objects(), 1), ghosts(run.trace.objects(), 1),
        state(run.trace.objects(), 0), capacity(run.capacity), hir_limit(part(0.01, run.capacity)),
        lir_limit(run.capacity - hir_limit) {}

  bool hit(std::size_t, std::uint32_t id) {
    limit_stack();
    if (stack.contains(id)) return hit_in_stack(id);
    if (!queue.contains(id)) return false;
    hit_in_queue(id);
    return true;
  }
  bool accepts(std::size_t, std::uint32_t id, std::uint64_t size) {
    if (size > lir_limit) return false;
    if (stack.contains(id)) {
      while (lir_used + size > lir_limit) demote();
      if (ghosts.contains(id)) ghosts.remove(id);
      return true;
    }
    if (size > hir_limit) return false;
    if (lir_used + size > lir_limit)
      while (hir_used + size > hir_limit) drop_hir();
    return true;
  }
  void evict(std::size_t, std::uint64_t) {
    if (queue.empty(0)) return demote();
    drop_hir();
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    if (stack.contains(id)) {
      stack_used -= sizes.of(id);
      sizes.fix(id, size);
      stack_used += size;
      return make_lir(id);
    }
    sizes.fix(id, size);
    push_stack(id);
    if (lir_used + size <= lir_limit) return make_lir(id);
    state[id] = kResident;
    enter_queue(id);
  }

 private:
  bool hit_in_stack(std::uint32_t id) {
    stack.move_newest(0, id);
    if (state[id] & kLir) {
      prune();
      return true;
    }
    if (!(state[id] & kResident)) return false;
    leave_queue(id);
    while (lir_used + sizes.of(id) > lir_limit) demote();
    make_lir(id);
    return true;
  }
  /// It stays HIR and comes back to the stack. Making room as if it became LIR is not in the paper, but in the reference
  /// figures. That can push the object itself out of the queue; then it is remembered, and not resident.
  void hit_in_queue(std::uint32_t id) {
    queue.move_newest(0, id);
    while (lir_used + sizes.of(id) > lir_limit && queue.contains(id)) demote();
    push_stack(id);
    if (!queue.contains(id)) ghosts.push_newest(0, id);
  }
  void make_lir(std::uint32_t id) {
    state[id] = kLir | kResident;
    lir_used += sizes.of(id);
    occupied += sizes.of(id);
    prune();  // it may be the only LIR object, above others
  }
  void push_stack(std::uint32_t id) {
    stack.push_newest(0, id);
    stack_used += sizes.of(id);
  }
  void leave_stack(std::uint32_t id) {
    stack.remove(id);
    stack_used -= sizes.of(id);
  }
  void enter_queue(std::uint32_t id) {
    queue.push_newest(0, id);
    hir_used += sizes.of(id);
    occupied += sizes.of(id);
  }
  void leave_queue(std::uint32_t id) {
    queue.remove(id);
    hir_used -= sizes.of(id);
    occupied -= sizes.of(id);
  }
  /// The oldest LIR object becomes HIR and goes to the queue, or out where the queue can never hold it.
  void demote() {
    std::uint32_t id = stack.oldest(0);
    lir_used -= sizes.of(id);
    occupied -= sizes.of(id);
    leave_stack(id);
    state[id] = 0;
    if (sizes.of(id) <= hir_limit) {
      while (hir_used + sizes.of(id) > hir_limit) drop_hir();
      state[id] = kResident;
      enter_queue(id);
    }
    prune();
  }
  void drop_hir() {
    std::uint32_t id = queue.oldest(0);
    leave_queue(id);
    state[id] = 0;
    if (stack.contains(id)) ghosts.push_newest(0, id);
  }
  /// Ensures: the stack's oldest is a LIR object, if there is one.
  void prune() {
    while (stack.oldest(0) != stack.newest(0) && !(state[stack.oldest(0)] & kLir)) {
      std::uint32_t id = stack.oldest(0);
      if (ghosts.contains(id)) ghosts.remove(id);
      leave_stack(id);
    }
  }
  void limit_stack() {
    while (stack_used > 2 * capacity && !ghosts.empty(0)) leave_stack(ghosts.pop_oldest(0));
  }
};

}  // namespace

template <bool kBytes>
Counts run_lirs(const NativeRun& run) {
  return run_policy<Lirs, kBytes>(run);
}
template Counts run_lirs<false>(const NativeRun&);
template Counts run_lirs<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
