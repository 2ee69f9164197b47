// Belady by size, an oracle that samples: of 128 residents drawn at random, evict the one with the largest size times distance
// to its next request. What is never asked for again is not kept at all.

#include "evaluators/cache/native/sample.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

constexpr int kSamples = 128;

template <bool kBytes>
struct BeladySize {
  const Sizes<kBytes>& sizes;
  std::vector<std::uint32_t> next;      ///< of each request
  std::vector<std::uint32_t> next_use;  ///< of each resident
  Residents residents;
  Random random;
  std::uint64_t occupied = 0;
  Sizes<kBytes>& fixed;
  BeladySize(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), next(next_access(run.trace)), next_use(run.trace.objects(), kNever), residents(run.trace.objects()),
        random(run.seed), fixed(given) {}

  bool hit(std::size_t now, std::uint32_t id) {
    if (!residents.contains(id)) return false;
    next_use[id] = next[now];
    if (next[now] == kNever) drop(id);
    return true;
  }
  bool accepts(std::size_t now, std::uint32_t, std::uint64_t) const { return next[now] != kNever; }
  void evict(std::size_t now, std::uint64_t) {
    std::uint32_t worst = residents[0];
    double worst_cost = -1;
    for (int i = 0; i < kSamples; ++i) {
      std::uint32_t id = residents[random.below(residents.count())];
      double cost = static_cast<double>(sizes.of(id)) * static_cast<double>(next_use[id] - now);
      if (cost > worst_cost) {
        worst = id;
        worst_cost = cost;
      }
    }
    drop(worst);
  }
  void admit(std::size_t now, std::uint32_t id, std::uint64_t size) {
    fixed.fix(id, size);
    next_use[id] = next[now];
    residents.insert(id);
    occupied += size;
  }
  void drop(std::uint32_t id) {
    residents.remove(id);
    occupied -= sizes.of(id);
  }
};

}  // namespace

template <bool kBytes>
Counts run_belady_size(const NativeRun& run) {
  return run_policy<BeladySize, kBytes>(run);
}
template Counts run_belady_size<false>(const NativeRun&);
template Counts run_belady_size<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
