// Who reads what comes next is found, by a run with another future.

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "base/file.h"
#include "evaluators/cache/driver/common.h"
#include "evaluators/cache/synthetic.h"
#include "evaluators/cache/trace_image.h"
#include "evaluators/cache/trace_write.h"
#include "evaluators/domain.h"

namespace assay::evaluators {
namespace {

/// Decides in this process, by what lies in the instance's memory: evicts the least recent, or who is needed last within
/// `sight` requests.
class PlayingJail final : public sandbox::RunJail {
 public:
  explicit PlayingJail(std::size_t sight) : sight_(sight) {}

  Result<sandbox::RunReport> run(const sandbox::RunRequest& request) override {
    auto memory = Mapping::shared(request.input_fd, request.input_bytes, false);
    if (!memory) return std::unexpected(memory.error());
    const auto* image = reinterpret_cast<const TraceImage*>(memory->bytes().data());
    assay_driver::CacheArguments arguments;
    std::memcpy(&arguments, request.arguments.data(), sizeof arguments);
    decide({trace_ids(image), image->requests}, arguments.capacity);
    sandbox::RunReport report;
    report.output = std::as_bytes(std::span(words_));
    return report;
  }
  Result<void> recycle() override { return {}; }
  const std::vector<std::string>& missing_layers() const override { return none_; }

 private:
  void decide(std::span<const std::uint32_t> ids, std::uint64_t capacity) {
    words_.clear();
    std::map<std::uint32_t, std::size_t> last;
    for (std::size_t now = 0; now < ids.size(); ++now) {
      if (!last.contains(ids[now]) && last.size() == capacity) {
        const std::uint32_t victim = choose(last, ids.subspan(now, std::min(sight_, ids.size() - now)));
        last.erase(victim);
        words_.push_back(victim);
      }
      last[ids[now]] = now;
    }
  }
  static std::uint32_t choose(const std::map<std::uint32_t, std::size_t>& last, std::span<const std::uint32_t> coming) {
    std::uint32_t victim = last.begin()->first;
    std::pair<std::size_t, std::size_t> best{0, 0};
    for (const auto& [id, when] : last) {
      const std::size_t next = static_cast<std::size_t>(std::ranges::find(coming, id) - coming.begin());
      const std::pair<std::size_t, std::size_t> worth{next, ~when};
      if (worth > best) best = worth, victim = id;
    }
    return victim;
  }

  std::size_t sight_;
  std::vector<std::uint32_t> words_;
  std::vector<std::string> none_;
};

class OtherFutureTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("assay-future-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    auto trace = cache::window(*cache::synthetic_trace("scan_mix"), 0, 0.05);
    ASSERT_TRUE(trace && cache::write_trace(*trace, folder_ / "t.oracleGeneral", cache::WriteFormat::oracle));
    tasks::Task task;
    task.folder = folder_;
    task.name = "web_cache";
    task.domain = "cache";
    task.objective = "miss_ratio";
    auto contract = tasks::read_contract(std::filesystem::path(ASSAY_SOURCE_DIR) / "tasks/web_cache/policy.h");
    ASSERT_TRUE(contract);
    task.contract = *contract;
    const Json settings{{"trace", "t.oracleGeneral"}, {"capacity", Json::parse(R"({"objects": 30})")}};
    auto loaded = (*domain_named("cache"))->load(task, {"short", tasks::Split::train, settings});
    ASSERT_TRUE(loaded) << loaded.error().what;
    instances_.push_back(std::move(*loaded));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Evaluation evaluated(std::size_t sight) {
    PlayingJail jail(sight);
    auto evaluations = evaluate_all(jail, Binary::trusted("\xc3", 0x20000000, 0), instances_);
    EXPECT_TRUE(evaluations) << evaluations.error().what;
    return std::move(evaluations->front());
  }

  std::filesystem::path folder_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

TEST_F(OtherFutureTest, WhoGoesByThePastIsScored) {
  for (int i = 0; i < 20; ++i) {
    auto evaluation = evaluated(0);
    ASSERT_EQ(name_of(evaluation.outcome.kind), "ok") << evaluation.outcome.detail;
  }
}

TEST_F(OtherFutureTest, WhoReadsOnIsFoundAndWouldHaveBeenBetter) {
  PlayingJail honest(0), belady(1 << 20);
  auto binary = Binary::trusted("\xc3", 0x20000000, 0);
  EXPECT_LT(evaluate(belady, binary, *instances_[0])->score->objective, evaluate(honest, binary, *instances_[0])->score->objective);
  for (int i = 0; i < 4; ++i) {
    auto evaluation = evaluated(1 << 20);
    ASSERT_EQ(name_of(evaluation.outcome.kind), "protocol_violation");
    EXPECT_NE(evaluation.outcome.detail.find("reads the future"), std::string::npos) << evaluation.outcome.detail;
    EXPECT_FALSE(evaluation.score);
  }
}

TEST_F(OtherFutureTest, KeepsThePastAndTheRequestsAndNothingElse) {
  const auto trace = *cache::synthetic_trace("scan_mix");
  const auto other = cache::with_other_future(trace, 5000, 7);
  EXPECT_TRUE(std::equal(trace.ids.begin(), trace.ids.begin() + 5000, other.ids.begin()));
  EXPECT_NE(trace.ids, other.ids);
  auto sorted = [](std::vector<std::uint32_t> ids) { return std::ranges::sort(ids), ids; };
  EXPECT_EQ(sorted(trace.ids), sorted(other.ids));
  EXPECT_NE(other.ids, cache::with_other_future(trace, 5000, 8).ids);
}

}  // namespace
}  // namespace assay::evaluators
