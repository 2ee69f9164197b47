// SIGKILL at every named failpoint: what was acknowledged is there, nothing is there twice, money is exact, and the log ends as
// that of a campaign that nobody killed.

#include <mutex>
#include <set>
#include <thread>

#include "tests/evolve/failpoints.h"
#include "verify/certify.h"

namespace assay {
void at_failpoint(const char* name) {
  if (evolve::on_failpoint()) evolve::on_failpoint()(name);
}
}  // namespace assay

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

constexpr double kPrice = 0.25;  ///< usd of a call; sums of it are exact
constexpr std::uint64_t kCandidates = 8, kSeeds = 2;

constexpr const char* kOfEveryCampaign[] = {
    "campaign.archive_made", "campaign.begun", "archive.event_in_transaction", "archive.before_commit", "archive.after_commit",
    "call.before", "call.after", "pending.before", "pending.kept", "search.between_candidate_and_promotion", "search.committed",
    "finish.before_certify", "finish.certified", "finish.before_write", "finish.in_transaction", "finish.written",
    "bundle.before_file", "file.before_rename", "file.renamed"};
constexpr const char* kOfAMailbox[] = {"mailbox.before_rename", "mailbox.written", "mailbox.before_put_away", "mailbox.put_away"};

class KillAt : public testing::TestWithParam<const char*> {
 protected:
  CampaignOptions options(const std::string& out) const {
    CampaignOptions options;
    options.out = folder_.path() / out;
    options.budget.candidates = kCandidates;
    options.seed = 5;
    options.threads = 1;
    return options;
  }
  CampaignOptions with_script(const std::string& out) const {
    CampaignOptions chosen = options(out);
    chosen.provider = "exec";
    chosen.provider_settings = {{"command", write_model_script(folder_.path())}, {"usd_per_call", kPrice}};
    return chosen;
  }
  CampaignOptions with_mailbox(const std::string& out) const {
    CampaignOptions chosen = options(out);
    chosen.provider = "mailbox";
    return chosen;
  }

  /// A process that ends where `point` is reached for the n-th time; 0: never. Acknowledged records leave lines in `acks`.
  pid_t start(const CampaignOptions& chosen, const std::string& point, int nth) {
    return start_in_process(folder_.path(), [&]() -> Result<CampaignSummary> {
      on_failpoint() = [this, point, nth, seen = std::make_shared<std::atomic<int>>(0)](const char* name) {
        const std::string_view at(name);
        if (at == "search.committed") add_line(folder_.path() / "acks.candidates", "x");
        if (at == "pending.kept") add_line(folder_.path() / "acks.answers", "x");
        if (nth > 0 && point == name && ++*seen == nth) ::kill(::getpid(), SIGKILL);
      };
      if (fs::exists(chosen.out / "archive.sqlite")) return resume_campaign(chosen.out, {}, {}, {});
      auto task = tasks::load_task(task_);
      if (!task) return std::unexpected(task.error());
      return run_campaign(*task, chosen, {}, {});
    });
  }
  Ending run(const CampaignOptions& chosen, const std::string& point = "", int nth = 0) {
    return end_of(start(chosen, point, nth), folder_.path());
  }

  void forget() {
    for (const char* file : {"acks.candidates", "acks.answers", "calls"}) fs::remove(folder_.path() / file);
  }
  std::unique_ptr<Archive> archive(const fs::path& out) { return expect_value(Archive::open_read_only(out)); }

  /// Right after a kill, before anything was mended.
  void expect_nothing_lost(const fs::path& out) {
    if (!fs::exists(out / "archive.sqlite")) return;
    auto opened = Archive::open_read_only(out);
    if (lines_in(folder_.path() / "acks.candidates") + lines_in(folder_.path() / "acks.answers") == 0 && !opened) return;
    ASSERT_TRUE(opened) << opened.error().what;
    expect_done((*opened)->verify_chain());
    const auto count = expect_value((*opened)->candidate_count());
    EXPECT_GE(count, lines_in(folder_.path() / "acks.candidates"));
    std::size_t answers = count > kSeeds ? count - kSeeds : 0;
    for (const auto& [index, kept] : expect_value((*opened)->pending())) answers += kept.body.value("asked_usd", 0.0) == 0;
    EXPECT_GE(answers, lines_in(folder_.path() / "acks.answers"));
  }
  void expect_same(const fs::path& out, const fs::path& whole) {
    auto log = archive(out), uncut = archive(whole);
    expect_done(log->verify_chain());
    EXPECT_EQ(expect_value(log->candidate_count()), kCandidates);
    EXPECT_EQ(expect_value(log->head()).hex(), expect_value(uncut->head()).hex());
    EXPECT_EQ(answered_twice(*log), 0u);
    EXPECT_EQ(recorded_usd(*log), recorded_usd(*uncut));
    EXPECT_TRUE(expect_value(log->pending()).empty());
    expect_done(verify::check_bundle(out / "champion"));
    EXPECT_EQ(content_of(out / "champion/certificate.json"), content_of(whole / "champion/certificate.json"));
  }

  TemporaryFolder folder_;
  fs::path task_ = make_task(folder_.path(), {"fifo", "lru"});
};

using KillACampaignAt = KillAt;

TEST_P(KillACampaignAt, AndItResumesToTheBytesOfAnUninterruptedOne) {
  const std::string point = GetParam();
  const auto whole = with_script("whole"), cut = with_script("cut");
  auto ending = run(whole);
  ASSERT_TRUE(ending.ok()) << ending.error;
  EXPECT_EQ(static_cast<double>(lines_in(folder_.path() / "calls")) * kPrice, recorded_usd(*archive(whole.out)));
  forget();
  int kills = 0;
  for (int nth : {1, 3, 0}) {
    ending = run(cut, point, nth);
    if (ending.killed()) ++kills;
    else if (!ending.ok()) {
      ASSERT_NE(ending.error.find("no campaign yet"), std::string::npos) << ending.error;
      ASSERT_EQ(lines_in(folder_.path() / "acks.candidates"), 0u);
      fs::remove_all(cut.out);
      continue;
    }
    expect_nothing_lost(cut.out);
  }
  if (!fs::exists(cut.out / "archive.sqlite")) ending = run(cut);
  ASSERT_TRUE(ending.ok()) << ending.error;
  EXPECT_GE(kills, 1) << "nothing came by " << point;
  expect_same(cut.out, whole.out);
  // With one thread one call is under way. One that was about to be made at a kill is charged all the same: nobody can know.
  auto log = archive(cut.out);
  const double paid = static_cast<double>(lines_in(folder_.path() / "calls")) * kPrice, accounted = recorded_usd(*log) + lost_usd(*log);
  if (point != "call.before" && point != "archive.after_commit") {
    EXPECT_EQ(accounted, paid);
  }
  EXPECT_GE(accounted, paid);
  EXPECT_LE(accounted, paid + kills * kPrice);
}

INSTANTIATE_TEST_SUITE_P(Points, KillACampaignAt, testing::ValuesIn(kOfEveryCampaign), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

/// The end takes long where much is to be proved: whoever presses Ctrl-C there does not wait for a champion.
TEST_F(KillAt, AStopAtTheEndLeavesTheLogAsTheSearchLeftItAndTheNextResumeDoesTheEnd) {
  const auto whole = with_script("whole");
  ASSERT_TRUE(run(whole).ok());
  for (const std::string point : {"finish.before_certify", "bundle.before_file", "finish.certified"}) {
    const auto cut = with_script("cut-" + point);
    const Ending ending = end_of(start_in_process(folder_.path(), [&]() -> Result<CampaignSummary> {
      std::stop_source stop;
      on_failpoint() = [&](const char* name) {
        if (point == name) stop.request_stop();
      };
      auto task = tasks::load_task(task_);
      if (!task) return std::unexpected(task.error());
      return run_campaign(*task, cut, {}, stop.get_token());
    }), folder_.path());
    EXPECT_TRUE(WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == kInterrupted) << point << ": " << ending.status << " " << ending.error;
    {
      auto log = archive(cut.out);
      EXPECT_EQ(expect_value(log->candidate_count()), kCandidates);
      EXPECT_EQ(events_of(*log, "result") + events_of(*log, "stop"), 0u) << point;
    }
    const Ending resumed = run(cut);
    ASSERT_TRUE(resumed.ok()) << resumed.error;
    expect_same(cut.out, whole.out);
  }
}

class KillAMailboxAt : public KillAt {
 protected:
  /// Answers what lies there until the process has ended.
  Ending serve(pid_t pid, const fs::path& box) {
    Ending ending;
    while (::waitpid(pid, &ending.status, WNOHANG) == 0) {
      answer_all(box);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    answer_all(box);  // somebody who answers does not know that it was killed
    ending.error = content_of(folder_.path() / "error");
    return ending;
  }
  void answer_all(const fs::path& box) {
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(box, code)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(".") || !name.ends_with(".prompt.md")) continue;
      const std::string index = name.substr(0, name.find('.'));
      const fs::path answer = box / (index + ".completion.md");
      if (fs::exists(answer) || !answered_.insert(box.string() + index).second) continue;
      const std::string level = std::to_string(std::stoi(index) % 4);
      std::ofstream(answer.string() + ".tmp")
          << "<!-- model: the test -->\n```cpp\ni64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return ghost.known; }\n"
             "i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { mark.count = min(mark.count + 1, " + level + "); return kStay; }\n"
             "i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 10 ? 0 : 1; }\n"
             "i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue == 0 && mark.count > 0 ? 1 : kEvict; }\n```\n";
      fs::rename(answer.string() + ".tmp", answer);
    }
  }
  std::set<std::string> answered_;  ///< a prompt that comes back after its answer is answered once only
};

TEST_P(KillAMailboxAt, AndNobodyIsAskedTwice) {
  const std::string point = GetParam();
  const auto whole = with_mailbox("whole"), cut = with_mailbox("cut");
  auto ending = serve(start(whole, "", 0), whole.out / "mailbox");
  ASSERT_TRUE(ending.ok()) << ending.error;
  forget();
  int kills = 0;
  for (int nth : {1, 4, 0}) {
    ending = serve(start(cut, point, nth), cut.out / "mailbox");
    kills += ending.killed();
    ASSERT_TRUE(ending.killed() || ending.ok()) << ending.error;
    expect_nothing_lost(cut.out);
  }
  EXPECT_GE(kills, 1);
  ASSERT_TRUE(ending.ok()) << ending.error;
  expect_same(cut.out, whole.out);
  EXPECT_EQ(answered_.size(), 2 * (kCandidates - kSeeds));
}

INSTANTIATE_TEST_SUITE_P(Points, KillAMailboxAt, testing::ValuesIn(kOfAMailbox), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

/// The table is written by hand; this keeps it whole.
TEST_F(KillAt, EveryFailpointThatACampaignComesByIsInTheTable) {
  std::set<std::string> known(std::begin(kOfEveryCampaign), std::end(kOfEveryCampaign)), reached;
  known.insert(std::begin(kOfAMailbox), std::end(kOfAMailbox));
  for (const char* source : {"base", "verify", "evolve"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ASSAY_SOURCE_DIR) / source)) {
      if (entry.path().extension() != ".cpp") continue;
      const std::string text = content_of(entry.path());
      const std::string call = "failpoint(\"";
      for (auto at = text.find(call); at != text.npos; at = text.find(call, at + 1))
        reached.insert(text.substr(at + call.size(), text.find('"', at + call.size()) - at - call.size()));
    }
  EXPECT_EQ(reached, known);
}

}  // namespace
}  // namespace assay::evolve
