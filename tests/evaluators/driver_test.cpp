#include <gtest/gtest.h>

#include <map>
#include <random>

#include "evaluators/cache/native/native.h"
#include "evaluators/cache/scorer.h"
#include "native_policy.h"

namespace assay::evaluators::cache {
namespace {

Trace trace_of(std::vector<std::uint32_t> keys, std::vector<std::uint64_t> sizes = {}) {
  Trace trace;
  std::map<std::uint32_t, std::uint32_t> dense;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto [place, fresh] = dense.emplace(keys[i], dense.size());
    trace.ids.push_back(place->second);
    if (fresh) trace.sizes.push_back(sizes.empty() ? 1 : sizes[i]);
  }
  trace.request_sizes = std::move(sizes);
  return sealed(std::move(trace));
}

Trace random_trace(unsigned seed, std::size_t requests, std::uint32_t objects, bool sized, bool vary) {
  std::mt19937 random(seed);
  std::vector<std::uint32_t> keys;
  std::vector<std::uint64_t> sizes;
  std::vector<std::uint64_t> own(objects);
  for (auto& size : own) size = 1 + random() % 40;
  for (std::size_t i = 0; i < requests; ++i) {
    // Skewed: the smaller of two draws.
    keys.push_back(std::min(random() % objects, random() % objects));
    if (sized) sizes.push_back(vary && random() % 4 == 0 ? 1 + random() % 60 : own[keys.back()]);
  }
  return trace_of(std::move(keys), std::move(sizes));
}

TEST(Driver, EveryBaselineGivesDecisionsThatReplay) {
  for (const std::string task : {"web_cache", "web_cache_queues"}) {
    const auto contract = contract_of(task);
    for (const auto& file : std::filesystem::directory_iterator(source_dir() / "tasks" / task / "baselines")) {
      const NativePolicy policy(contract, *read_file(file.path()), {.check_ranges = true});
      for (Unit unit : {Unit::objects, Unit::bytes})
        for (unsigned seed = 1; seed <= 4; ++seed) {
          const Trace trace = random_trace(seed, 3000, 200, seed > 1, seed > 2);
          for (std::uint64_t capacity : {1, 7, 50, 400, 100000}) {
            const auto run = policy.run(trace, capacity, unit);
            ASSERT_EQ(run.code, 0u) << file.path() << " " << std::hex << run.code;
            const auto counts = replay_decisions(trace, capacity, unit, run.decisions);
            ASSERT_TRUE(counts.has_value()) << file.path() << ": " << counts.error().detail;
            if (file.path().stem() != "lru" && file.path().stem() != "fifo") continue;
            const auto native = run_native(file.path().stem().string(), trace, capacity, unit);
            EXPECT_EQ(*counts, *native) << file.path() << " capacity " << capacity << " seed " << seed;
          }
        }
    }
  }
}

}  // namespace
}  // namespace assay::evaluators::cache
