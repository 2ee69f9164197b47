#pragma once
// A folder with a small task and its campaigns beside it: what the tests of whole campaigns share.

#include "tests/evolve/campaign_process.h"

namespace assay::evolve {

class CampaignTest : public testing::Test {
 protected:
  CampaignOptions options(const std::string& name, std::uint64_t candidates, unsigned threads = 2) const {
    CampaignOptions options;
    options.out = folder_.path() / name;
    options.budget.candidates = candidates;
    options.seed = 5;
    options.threads = threads;
    return options;
  }
  /// With a command that reads prompts. Prices are such that sums of them are exact.
  CampaignOptions with_command(const std::string& name, std::uint64_t candidates, const std::string& command, unsigned threads = 2) const {
    CampaignOptions chosen = options(name, candidates, threads);
    chosen.provider = "exec";
    chosen.provider_settings = {{"command", command}, {"usd_per_call", 0.25}};
    return chosen;
  }
  /// Its candidates, after so many baselines, are `texts`; an empty one is no answer.
  CampaignOptions with_texts(const std::string& name, std::uint64_t baselines, const std::vector<std::string>& texts) const {
    const std::filesystem::path recorded = folder_.path() / (name + "-recorded");
    auto log = expect_value(Archive::create(recorded));
    for (std::uint64_t i = 0; i < baselines + texts.size(); ++i) {
      const std::string text = i < baselines ? "" : texts[i - baselines];
      CandidateRecord record;
      record.index = i;
      record.provider = "mutate";
      record.operation = "written";
      record.source = expect_value(log->put_blob(text));
      if (i >= baselines && text.empty()) record.outcome = {OutcomeKind::no_completion, "nothing", {}};
      expect_done(log->append(record));
    }
    CampaignOptions chosen = options(name, 1000);
    chosen.provider = "replay";
    chosen.provider_settings = {{"folder", recorded.string()}};
    return chosen;
  }

  pid_t start(const CampaignOptions& chosen) {
    return start_in_process(folder_.path(), [&] { return begin_or_resume(task_, chosen); });
  }
  Ending in_process(const CampaignBody& body) { return evolve::in_process(folder_.path(), body); }
  Ending run(const CampaignOptions& chosen) { return end_of(start(chosen), folder_.path()); }
  Ending run_until(std::uint64_t candidates, const CampaignOptions& chosen) {
    return in_process([&] { return begin_or_resume_until(candidates, task_, chosen); });
  }
  /// To so many candidates, or to as many as it was meant to have.
  Ending resume(const std::string& name, std::optional<std::uint64_t> candidates = {}) {
    std::optional<Budget> budget;
    if (candidates) budget.emplace().candidates = candidates;
    return in_process([&] { return resume_campaign(folder_.path() / name, budget, {}, {}); });
  }

  /// Lines for the beginning of a model's script: its prompt is the file prompt.$$, its calls are counted, and while there is a file
  /// `kill` the nth call ends the campaign.
  std::string script_head(int nth) const {
    const std::string here = folder_.path().string();
    return "cat > " + here + "/prompt.$$\nprintf x >> " + here + "/calls\n" + "if [ -e " + here + "/kill ] && [ $(wc -c < " + here + "/calls) -ge " +
           std::to_string(nth) + " ]; then kill -9 $PPID; fi\n";
  }
  std::string script(const std::string& file) const { return "exec sh " + (folder_.path() / file).string(); }
  void kill_in_a_call_and_resume(const CampaignOptions& chosen) {
    std::filesystem::remove(folder_.path() / "calls");
    std::ofstream(folder_.path() / "kill") << "";
    const Ending killed = run(chosen);
    ASSERT_TRUE(killed.killed()) << killed.status << " " << killed.error;
    std::filesystem::remove(folder_.path() / "kill");
    expect_success(run(chosen));
  }

  std::unique_ptr<Archive> archive(const std::string& name) const { return expect_value(Archive::open_read_only(folder_.path() / name)); }
  std::string head_of(const std::string& name) const { return expect_value(archive(name)->head()).hex(); }
  std::size_t events_of(const std::string& name, const std::string& kind) const {
    std::size_t count = 0;
    expect_done(archive(name)->for_each(kind, [&](const Event&) -> Result<void> { return ++count, Result<void>{}; }));
    return count;
  }
  Json result_of(const std::string& name) const {
    Json result;
    expect_done(archive(name)->for_each("result", [&](const Event& event) -> Result<void> { return result = event.body, Result<void>{}; }));
    return result;
  }
  /// As much of both logs as is the same however often a campaign went on.
  void expect_same_candidates(const std::string& one, const std::string& other, std::size_t count) const {
    const auto a = expect_value(archive(one)->candidates()), b = expect_value(archive(other)->candidates());
    ASSERT_EQ(a.size(), count);
    ASSERT_EQ(b.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(dump(to_json(a[i])), dump(to_json(b[i]))) << i;
  }
  /// From the log alone: a script that would answer must be gone by now.
  void expect_replay(const std::string& name) {
    expect_success(in_process([&] { return replay_exactly(folder_.path() / name, folder_.path() / (name + "-again")); }));
  }

  TemporaryFolder folder_;
  std::filesystem::path task_;
};

}  // namespace assay::evolve
