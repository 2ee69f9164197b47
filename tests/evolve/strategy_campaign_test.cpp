// Each strategy of the table through one small real campaign: the same archive for any number of threads, and after a stop.

#include "evolve/strategy.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

constexpr std::uint64_t kCandidates = 20, kCut = 9;

class StrategyCampaign : public CampaignTest, public testing::WithParamInterface<std::string> {};

TEST_P(StrategyCampaign, HasOneArchiveForAnyThreadsAndAfterAStop) {
  task_ = make_task(folder_.path(), {"fifo", "sieve", "lru"}, {{"strategy", GetParam()}, {"stagnation", 6}, {"lambda", 3}, {"elites", 6}});
  expect_success(run(options("one", kCandidates, 1)));
  const Ending cut = run_until(kCut, options("cut", kCandidates, 4));
  ASSERT_TRUE(cut.interrupted() || cut.ok()) << cut.error;  // on a slow machine all may be under way when it is told
  const auto kept = expect_value(archive("cut")->candidate_count());
  expect_success(resume("cut"));
  EXPECT_EQ(head_of("cut"), head_of("one")) << "resumed after " << kept;
  auto log = archive("one");
  expect_done(log->verify_chain());
  const auto records = expect_value(log->candidates());
  ASSERT_EQ(records.size(), kCandidates);
  std::size_t scored = 0;
  for (const auto& record : records) {
    EXPECT_EQ(record.strategy.empty(), GetParam() != "chooser" || record.provider == "baseline");
    for (std::uint64_t parent : record.parents) {
      ASSERT_LT(parent, record.index);
      EXPECT_TRUE(records[parent].fitness) << "candidate " << parent << " failed and is a parent of " << record.index;
    }
    if (!record.fitness) continue;
    ++scored;
    for (const Score& score : record.train)
      for (const char* metric : {"evicted_unused", "evicted_idle", "rejected"}) EXPECT_TRUE(score.metrics.contains(metric)) << metric;
  }
  EXPECT_GT(scored, 5u);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const StrategyEntry& entry : strategies()) all.emplace_back(entry.name);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Table, StrategyCampaign, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace assay::evolve
