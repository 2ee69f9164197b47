// LHD: Beckmann, Chen, Cidon, LHD: improving cache hit rate by maximizing hit density (NSDI 2018). Of 32 residents drawn at random and the
// last 8 that came in looking like victims, evict the one with the least expected hits per space and time, by a model of hits
// and evictions over age in classes of earlier hit ages, rebuilt every 2^20 requests.

#include <limits>

#include "evaluators/cache/native/sample.h"
#include "evaluators/cache/native/replay.h"

namespace assay::evaluators::cache {
namespace {

constexpr std::uint32_t kSamples = 32, kWarmupSamples = 8, kWarmupModels = 50;
constexpr std::uint32_t kAdmissions = 8;
constexpr std::uint32_t kClasses = 16, kAges = 20000;
constexpr std::uint32_t kRebuildEvery = 1u << 20;
constexpr std::uint32_t kExploreOneIn = 32;
constexpr double kExploreShare = 0.01;  ///< of the capacity
constexpr float kDecay = 0.9f, kAgeErrorTolerance = 0.01f;

/// Hits and evictions by age of one class, and what they say about the hit density at each age.
struct AgeModel {
  std::vector<float> hits, evictions, density;
  /// Before anything is known: denser for classes hit sooner, thinner with age.
  explicit AgeModel(std::uint32_t index) : hits(kAges, 0), evictions(kAges, 0), density(kAges) {
    for (std::uint32_t age = 0; age < kAges; ++age)
      density[age] = static_cast<float>(kClasses + index + 1) / static_cast<float>(age + 1);
  }
  void decay() {
    for (std::uint32_t age = 0; age < kAges; ++age) {
      hits[age] *= kDecay;
      evictions[age] *= kDecay;
    }
  }
  /// density[a] = hits from a on / time that objects of age a have left; one pass from the oldest.
  void rebuild() {
    float hits_after = hits[kAges - 1], events_after = hits[kAges - 1] + evictions[kAges - 1], lifetime = events_after;
    for (std::uint32_t age = kAges - 1; age-- > 0;) {
      hits_after += hits[age];
      events_after += hits[age] + evictions[age];
      lifetime += events_after;
      density[age] = events_after > 1e-5f ? hits_after / lifetime : 0;
    }
  }
  /// Ages are measured `shift` bits coarser (positive) or finer (negative) from now on.
  void rescale(int shift) {
    for (auto* counts : {&hits, &evictions}) *counts = rescaled(*counts, shift);
  }

 private:
  static std::vector<float> rescaled(const std::vector<float>& from, int shift) {
    std::vector<float> to(kAges, 0);
    to[kAges - 1] = from[kAges - 1];
    if (shift < 0)
      for (std::uint32_t age = 0; age < kAges - 1; ++age) to[age] = from[age >> -shift] / static_cast<float>(1u << -shift);
    for (std::uint32_t age = shift < 0 ? kAges >> -shift : kAges; age < kAges - 1; ++age) to[kAges - 1] += from[age];
    if (shift >= 0)
      for (std::uint32_t age = 0; age < kAges - 1; ++age) to[age >> shift] += from[age];
    return to;
  }
};

template <bool kBytes>
struct Lhd {
  struct Tag {
    std::uint32_t since;  ///< clock at the last access
    std::uint32_t last_hit_age, hit_age_before;
    bool explorer;
  };
  Sizes<kBytes>& sizes;
  std::vector<Tag> tags;
  Residents residents;
  Random random;
  std::vector<AgeModel> models;
  std::uint32_t admitted[kAdmissions], admitted_count = 0;
  std::uint32_t clock = 0, rebuilds = 0;
  int age_shift = 10;
  float mean_objects = 0, mean_objects_mass = 0, victim_density = 0;
  double explore_budget;
  std::uint64_t occupied = 0;
  Lhd(const NativeRun& run, Sizes<kBytes>& given)
      : sizes(given), tags(run.trace.objects()), residents(run.trace.objects()), random(run.seed),
        explore_budget(kExploreShare * static_cast<double>(run.capacity)) {
    for (std::uint32_t c = 0; c < kClasses; ++c) models.emplace_back(c);
    for (auto& slot : admitted) slot = kNever;
  }

  bool hit(std::size_t, std::uint32_t id) {
    if (!residents.contains(id)) return false;
    Tag& tag = tags[id];
    std::uint32_t age = age_of(tag);
    model_of(tag).hits[age] += 1;
    give_back(id);
    tag.hit_age_before = tag.last_hit_age;
    tag.last_hit_age = age;
    touch(id);
    return true;
  }
  void admit(std::size_t, std::uint32_t id, std::uint64_t size) {
    sizes.fix(id, size);
    residents.insert(id);
    occupied += size;
    tags[id] = {.since = clock, .last_hit_age = 0, .hit_age_before = kAges, .explorer = false};
    bool explores = touch(id);
    if (!explores && density_of(id) < victim_density) admitted[admitted_count++ % kAdmissions] = id;
  }
  void evict(std::size_t, std::uint64_t) {
    std::uint32_t victim = kNever;
    float least = std::numeric_limits<float>::max();
    auto consider = [&](std::uint32_t id) {
      float density = density_of(id);
      if (victim != kNever && !(density < least)) return;
      victim = id;
      least = density;
    };
    for (std::uint32_t n = rebuilds > kWarmupModels ? kSamples : kWarmupSamples; n > 0; --n)
      consider(residents[random.below(residents.count())]);
    for (auto id : admitted)
      if (id != kNever && residents.contains(id)) consider(id);
    victim_density = kDecay * victim_density + (1 - kDecay) * least;
    model_of(tags[victim]).evictions[age_of(tags[victim])] += 1;
    give_back(victim);
    residents.remove(victim);
    occupied -= sizes.of(victim);
  }

 private:
  std::uint32_t age_of(const Tag& tag) const {
    std::uint32_t age = (clock - tag.since) >> age_shift;
    return age < kAges ? age : kAges - 1;
  }
  /// About log2(kAges / age), at most 15; the sum of the last two hit ages decides.
  AgeModel& model_of(const Tag& tag) {
    std::uint32_t age = tag.last_hit_age + tag.hit_age_before, log = 0;
    if (age == 0) return models[kClasses - 1];
    while (age < kAges && log < kClasses - 1) {
      age <<= 1;
      ++log;
    }
    return models[log];
  }
  float density_of(std::uint32_t id) {
    const Tag& tag = tags[id];
    std::uint32_t age = age_of(tag);
    if (age == kAges - 1) return std::numeric_limits<float>::lowest();
    float density = model_of(tag).density[age] / static_cast<float>(sizes.of(id));
    return tag.explorer ? density + 1 : density;
  }
  void give_back(std::uint32_t id) {
    if (tags[id].explorer) explore_budget += static_cast<double>(sizes.of(id));
  }
  /// The clock's tick at an access. A few objects are kept whatever the model says, so that it learns about high ages.
  /// Ensures: returns whether this access drew the lot.
  bool touch(std::uint32_t id) {
    Tag& tag = tags[id];
    tag.since = clock;
    bool drawn = random.below(kExploreOneIn) == 0;
    tag.explorer = drawn && explore_budget > 0 && rebuilds < kWarmupModels;
    if (tag.explorer) explore_budget -= static_cast<double>(sizes.of(id));
    if (++clock % kRebuildEvery == 0) rebuild();
    return drawn;
  }
  void rebuild() {
    for (auto& model : models) model.decay();
    adapt_age_shift();
    for (auto& model : models) model.rebuild();
    ++rebuilds;
  }
  /// Ages should reach over about 100 times the number of residents; set twice, early.
  void adapt_age_shift() {
    mean_objects = mean_objects * kDecay + static_cast<float>(residents.count());
    mean_objects_mass = mean_objects_mass * kDecay + 1;
    if (rebuilds != 5 && rebuilds != 25) return;
    float wanted = mean_objects / mean_objects_mass / (kAgeErrorTolerance * static_cast<float>(kAges));
    int shift = 1;
    while (static_cast<float>(1u << shift) < wanted) ++shift;
    mean_objects *= 8;
    mean_objects_mass *= 8;
    for (auto& model : models) model.rescale(shift - age_shift);
    age_shift = shift;
  }
};

}  // namespace

template <bool kBytes>
Counts run_lhd(const NativeRun& run) {
  return run_policy<Lhd, kBytes>(run);
}
template Counts run_lhd<false>(const NativeRun&);
template Counts run_lhd<true>(const NativeRun&);

}  // namespace assay::evaluators::cache
