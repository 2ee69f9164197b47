// No decisions that the scorer accepts come to less than the bound, and in objects some come to just that.

#include "evaluators/cache/least.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "evaluators/cache/native/native.h"
#include "evaluators/cache/synthetic.h"
#include "trace_making.h"

namespace assay::evaluators::cache {
namespace {

/// Every course that the scorer accepts: keep out, or evict any until it fits. What is in the cache, by object: the size at insertion.
class EveryCourse {
 public:
  EveryCourse(const Trace& trace, std::uint64_t capacity, Unit unit) : trace_(trace), capacity_(capacity), unit_(unit), inside_(trace.objects(), 0) {}

  Least least() {
    walk(0, {});
    return best_;
  }

 private:
  void walk(std::size_t request, Least so_far) {
    if (request == trace_.requests()) {
      best_ = {std::min(best_.misses, so_far.misses), std::min(best_.missed_bytes, so_far.missed_bytes)};
      return;
    }
    const std::uint32_t id = trace_.ids[request];
    if (inside_[id] != 0) return walk(request + 1, so_far);
    const std::uint64_t size = unit_ == Unit::objects ? 1 : trace_.request_size(request);
    so_far.misses += 1;
    so_far.missed_bytes += size;
    walk(request + 1, so_far);
    if (size <= capacity_) admit(request, id, size, so_far);
  }
  void admit(std::size_t request, std::uint32_t id, std::uint64_t size, const Least& so_far) {
    std::uint64_t used = 0;
    for (auto held : inside_) used += held;
    if (used + size <= capacity_) {
      inside_[id] = size;
      walk(request + 1, so_far);
      inside_[id] = 0;
      return;
    }
    for (auto& held : inside_) {
      if (held == 0) continue;
      const auto before = std::exchange(held, 0);
      admit(request, id, size, so_far);
      held = before;
    }
  }

  const Trace& trace_;
  std::uint64_t capacity_;
  Unit unit_;
  std::vector<std::uint64_t> inside_;
  Least best_{~0ull, ~0ull};
};

TEST(Least, InObjectsIsTheOptimumOfEverySmallTrace) {
  std::uint64_t traces = 0;
  for (std::size_t length = 1; length <= 8; ++length)
    for_every_trace(length, [&](const Trace& trace) {
      for (std::uint64_t capacity = 1; capacity <= 3; ++capacity, ++traces)
        ASSERT_EQ(least_counts(trace, capacity, Unit::objects).misses, EveryCourse(trace, capacity, Unit::objects).least().misses) << "capacity " << capacity;
    });
  EXPECT_GT(traces, 10000u);
}

TEST(Least, InBytesIsNeverAboveTheOptimum) {
  std::uint64_t tight = 0, above_compulsory = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    const Trace trace = make({.seed = seed, .requests = 9, .objects = 4, .sized = true, .sizes_vary = seed % 2 == 0});
    for (std::uint64_t capacity : {10u, 30u, 60u}) {
      const Least bound = least_counts(trace, capacity, Unit::bytes), optimum = EveryCourse(trace, capacity, Unit::bytes).least();
      ASSERT_LE(bound.misses, optimum.misses) << "seed " << seed << ", capacity " << capacity;
      ASSERT_LE(bound.missed_bytes, optimum.missed_bytes) << "seed " << seed << ", capacity " << capacity;
      tight += bound.misses == optimum.misses;
      above_compulsory += bound.misses > trace.objects();
    }
  }
  EXPECT_GT(tight, 300u);
  EXPECT_GT(above_compulsory, 50u);
}

TEST(Least, IsNotAboveAnyReferenceAlgorithmAndFarAboveNothing) {
  for (const char* name : {"zipf", "scan_mix", "loop", "phases"}) {
    const Trace trace = *synthetic_trace(name);
    for (Unit unit : {Unit::objects, Unit::bytes}) {
      const std::uint64_t whole = unit == Unit::objects ? trace.objects() : trace.working_set_bytes, capacity = whole / 20;
      const Least bound = least_counts(trace, capacity, unit);
      for (auto native : native_names()) {
        const Counts counts = *run_native(native, trace, capacity, unit);
        EXPECT_LE(bound.misses, counts.misses) << native << " on " << name;
        EXPECT_LE(bound.missed_bytes, counts.missed_bytes) << native << " on " << name;
      }
      EXPECT_GT(bound.misses, trace.objects()) << "no better than what misses at first sight, on " << name;
    }
  }
}

}  // namespace
}  // namespace assay::evaluators::cache
