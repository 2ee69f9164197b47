// Hyperbolic caching: Blankstein, Sen, Freedman (USENIX ATC 2017). Of 64 residents drawn at random, evict the one with the fewest
// requests per time since it came in.

#include "evaluators/cache/native/sample.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

constexpr int kSamples = 64;

template <bool kBytes>
struct Hyperbolic {
  struct Use {
    std::uint32_t count, since;
  };
  std::vector<Use> use;
  Residents residents;
  Random random;
  Hyperbolic(const NativeRun& run, const Sizes<kBytes>&)
      : use(run.trace.objects()), residents(run.trace.objects()), random(run.seed) {}

  bool hit(std::size_t, std::uint32_t id) {
    if (!residents.contains(id)) return false;
    ++use[id].count;
    return true;
  }
  void admit(std::size_t now, std::uint32_t id) {
    use[id] = {1, static_cast<std::uint32_t>(now)};
    residents.insert(id);
  }
  std::uint32_t evict(std::size_t now) {
    std::uint32_t worst = kNever;
    std::uint64_t worst_count = 1, worst_age = 0;
    for (int i = 0; i < kSamples; ++i) {
      std::uint32_t id = residents[random.below(residents.count())];
      std::uint64_t count = use[id].count, age = now - use[id].since;
      // count / age < worst_count / worst_age, without a division; both are below 2^32
      if (worst == kNever || count * worst_age < worst_count * age) {
        worst = id;
        worst_count = count;
        worst_age = age;
      }
    }
    residents.remove(worst);
    return worst;
  }
};

}  // namespace

template <bool kBytes>
Counts run_hyperbolic(const NativeRun& run) {
  return run_policy<Hyperbolic, kBytes>(run);
}
template Counts run_hyperbolic<false>(const NativeRun&);
template Counts run_hyperbolic<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
