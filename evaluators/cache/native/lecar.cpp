// LeCaR: Vietri et al., Driving cache replacement with ML-based LeCaR (HotStorage 2018), Algorithm 1. Two experts, LRU and LFU, are
// chosen by weights; a hit in the history of what an expert evicted lowers its weight. Each history has half of the cache's
// size. Where both experts name the same object, nobody is to blame and nothing is remembered.

#include <cmath>

#include "evaluators/cache/native/frequency_list.h"
#include "evaluators/cache/native/sample.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

constexpr double kLearningRate = 0.45;
constexpr double kDiscountBase = 0.005;
constexpr double kFloor = 1e-10;  ///< keeps a weight off 0

template <bool kBytes>
struct Lecar {
  enum Expert : std::uint8_t { lru, lfu };
  struct Ghost {
    std::uint32_t evicted_at;
    Expert by;
  };
  Sizes<kBytes>& sizes;
  Lists recency;  ///< of the residents
  Lists history;  ///< one list per expert
  FrequencyList frequency;
  std::vector<Ghost> ghosts;
  std::uint64_t history_limit, occupied = 0, history_used[2] = {};
  double weight[2] = {0.5, 0.5};
  double discount;
  Random random;
  Lecar(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), recency(run.trace.objects(), 1), history(run.trace.objects(), 2),
        frequency(run.trace.objects(), run.most_residents()), ghosts(run.trace.objects()), history_limit(run.capacity / 2),
        discount(std::pow(kDiscountBase, 1.0 / static_cast<double>(run.capacity))), random(run.seed) {}

  bool hit(std::size_t now, std::uint32_t id) {
    if (recency.contains(id)) {
      recency.move_newest(0, id);
      frequency.bump(id);
      return true;
    }
    if (history.contains(id)) {
      blame(ghosts[id].by, now - ghosts[id].evicted_at);
      forget(id);
    }
    return false;
  }
  void evict(std::size_t now, std::uint64_t) {
    std::uint32_t choice[2] = {recency.oldest(0), frequency.least()};
    if (choice[lru] == choice[lfu]) return drop(choice[lru]);
    Expert by = random.below(100) / 100.0 < weight[lru] ? lru : lfu;
    drop(choice[by]);
    remember(choice[by], by, now);
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    recency.push_newest(0, id);
    frequency.insert(id);
    occupied += size;
  }

 private:
  void blame(Expert expert, std::uint64_t ago) {
    double regret = std::pow(discount, static_cast<double>(ago));
    double lowered = weight[expert] * std::exp(-kLearningRate * regret) + kFloor;
    double other = weight[1 - expert] + kFloor;
    weight[expert] = lowered / (lowered + other);
    weight[1 - expert] = other / (lowered + other);
  }
  void drop(std::uint32_t id) {
    recency.remove(id);
    frequency.remove(id);
    occupied -= sizes.of(id);
  }
  void remember(std::uint32_t id, Expert by, std::size_t now) {
    ghosts[id] = {static_cast<std::uint32_t>(now), by};
    history.push_newest(by, id);
    history_used[by] += sizes.of(id);
    while (history_used[by] > history_limit) forget(history.oldest(by));
  }
  void forget(std::uint32_t id) {
    history.remove(id);
    history_used[ghosts[id].by] -= sizes.of(id);
  }
};

}  // namespace

template <bool kBytes>
Counts run_lecar(const NativeRun& run) {
  return run_policy<Lecar, kBytes>(run);
}
template Counts run_lecar<false>(const NativeRun&);
template Counts run_lecar<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
