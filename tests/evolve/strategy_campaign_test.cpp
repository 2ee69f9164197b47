// Each strategy of the table through one small real campaign: the same archive for any number of threads, and after a stop.

#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "evolve/strategy.h"
#include "tests/evolve/task_folder.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kCandidates = 32, kCut = 17;

/// Campaigns fork, so each runs in a process of its own. What it says goes to stderr.
bool ends_well(const std::function<Result<CampaignSummary>()>& body) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    auto summary = body();
    if (!summary) std::fprintf(stderr, "%s\n", summary.error().what.c_str());
    ::_exit(summary ? 0 : 2);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool run(const fs::path& task, const fs::path& out, unsigned threads, std::uint64_t stop_at = ~std::uint64_t{0}) {
  return ends_well([&]() -> Result<CampaignSummary> {
    CampaignOptions options;
    options.out = out;
    options.budget.candidates = kCandidates;
    options.seed = 5;
    options.threads = threads;
    std::stop_source source;
    auto loaded = tasks::load_task(task);
    if (!loaded) return std::unexpected(loaded.error());
    auto stop_soon = [&](const Progress& progress) { if (progress.candidates >= stop_at) source.request_stop(); };
    return run_campaign(*loaded, options, stop_soon, source.get_token());
  });
}

Digest head_of(const fs::path& out) { return expect_value(expect_value(Archive::open_read_only(out))->head()); }

class StrategyCampaign : public testing::TestWithParam<std::string> {};

TEST_P(StrategyCampaign, HasOneArchiveForAnyThreadsAndAfterAStop) {
  TemporaryFolder folder;
  const auto task = make_task(folder.path(), {"fifo", "sieve", "lru"}, {{"strategy", GetParam()}, {"stagnation", 6}, {"lambda", 3}, {"elites", 6}});
  ASSERT_TRUE(run(task, folder.path() / "one", 1));
  const Digest head = head_of(folder.path() / "one");
  ASSERT_TRUE(run(task, folder.path() / "cut", 4, kCut));
  const auto kept = expect_value(expect_value(Archive::open_read_only(folder.path() / "cut"))->candidate_count());
  ASSERT_TRUE(ends_well([&] { return resume_campaign(folder.path() / "cut", {}, {}, {}); }));
  EXPECT_EQ(head_of(folder.path() / "cut"), head) << "resumed after " << kept;
  auto archive = expect_value(Archive::open_read_only(folder.path() / "one"));
  expect_done(archive->verify_chain());
  const auto records = expect_value(archive->candidates());
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
  EXPECT_GT(scored, 8u);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const StrategyEntry& entry : strategies()) all.emplace_back(entry.name);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Table, StrategyCampaign, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace assay::evolve
