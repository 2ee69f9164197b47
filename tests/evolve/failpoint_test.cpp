// SIGKILL at every named failpoint: what was acknowledged is there, nothing is there twice, money is exact, and the log ends as
// that of a campaign that nobody killed.

#include <set>

#include "tests/evolve/campaign_fixture.h"
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

constexpr double kPrice = 0.25;  ///< usd of a call (with_command)
constexpr std::uint64_t kCandidates = 5, kSeeds = 1;

/// By what a campaign does there.
struct Points {
  const char* of;
  std::vector<std::string> names;
};
const std::vector<Points> kOfEveryCampaign = {
    {"the_beginning", {"campaign.archive_made", "campaign.begun", "archive.event_in_transaction", "archive.before_commit", "archive.after_commit"}},
    {"the_search", {"call.before", "call.after", "pending.before", "pending.kept", "search.between_candidate_and_promotion", "search.committed"}},
    {"the_end", {"finish.before_certify", "finish.certified", "finish.before_write", "finish.in_transaction", "finish.written"}},
    {"the_bundle", {"bundle.before_file", "file.before_rename", "file.renamed"}}};
const std::vector<std::string> kOfAMailbox = {"mailbox.before_rename", "mailbox.written", "mailbox.before_put_away", "mailbox.put_away"};

class KillAt : public CampaignTest {
 protected:
  void SetUp() override { task_ = make_task(folder_.path(), {"sieve"}); }
  CampaignOptions with_script(const std::string& name) const { return with_command(name, kCandidates, write_model_script(folder_.path()), 1); }
  CampaignOptions with_mailbox(const std::string& name) const {
    CampaignOptions chosen = options(name, kCandidates, 1);
    chosen.provider = "mailbox";
    return chosen;
  }

  /// A process that ends where `point` is reached for the n-th time; 0: never. Acknowledged records leave lines in `acks`.
  pid_t start_to(const CampaignOptions& chosen, const std::string& point, int nth) {
    return start_in_process(folder_.path(), [&]() -> Result<CampaignSummary> {
      on_failpoint() = [this, point, nth, seen = std::make_shared<std::atomic<int>>(0)](const char* name) {
        const std::string_view at(name);
        if (at == "search.committed") add_line(folder_.path() / "acks.candidates", "x");
        if (at == "pending.kept") add_line(folder_.path() / "acks.answers", "x");
        if (nth > 0 && point == name && ++*seen == nth) ::kill(::getpid(), SIGKILL);
      };
      return begin_or_resume(task_, chosen);
    });
  }
  Ending run_to(const CampaignOptions& chosen, const std::string& point = "", int nth = 0) {
    return end_of(start_to(chosen, point, nth), folder_.path());
  }

  void forget() {
    for (const char* file : {"acks.candidates", "acks.answers", "calls"}) fs::remove(folder_.path() / file);
  }

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
  void expect_same(const std::string& name, const std::string& whole) {
    auto log = archive(name), uncut = archive(whole);
    expect_done(log->verify_chain());
    EXPECT_EQ(expect_value(log->candidate_count()), kCandidates);
    EXPECT_EQ(head_of(name), head_of(whole));
    EXPECT_EQ(answered_twice(*log), 0u);
    EXPECT_EQ(recorded_usd(*log), recorded_usd(*uncut));
    EXPECT_TRUE(expect_value(log->pending()).empty());
    expect_done(verify::check_bundle(folder_.path() / name / "champion"));
    EXPECT_EQ(content_of(folder_.path() / name / "champion/certificate.json"), content_of(folder_.path() / whole / "champion/certificate.json"));
  }
};

/// One campaign that nobody kills is what all that are killed at such points are held against.
class KillACampaignAt : public KillAt, public testing::WithParamInterface<Points> {
 protected:
  void kill_at(const std::string& point) {
    const auto cut = with_script("cut");
    fs::remove_all(cut.out);
    forget();
    Ending ending;
    int kills = 0;
    for (int nth : {1, 3, 0}) {
      ending = run_to(cut, point, nth);
      if (ending.killed()) ++kills;
      else if (!ending.ok()) {
        ASSERT_NE(ending.error.find("no campaign yet"), std::string::npos) << ending.error;
        ASSERT_EQ(lines_in(folder_.path() / "acks.candidates"), 0u);
        fs::remove_all(cut.out);
        continue;
      }
      expect_nothing_lost(cut.out);
    }
    if (!fs::exists(cut.out / "archive.sqlite")) ending = run_to(cut);
    ASSERT_TRUE(ending.ok()) << ending.error;
    EXPECT_GE(kills, 1) << "nothing came by it";
    expect_same("cut", "whole");
    expect_paid(point, kills);
  }

  /// With one thread one call is under way. One that was about to be made at a kill is charged all the same: nobody can know.
  void expect_paid(const std::string& point, int kills) {
    auto log = archive("cut");
    const double paid = static_cast<double>(lines_in(folder_.path() / "calls")) * kPrice, accounted = recorded_usd(*log) + lost_usd(*log);
    if (point != "call.before" && point != "archive.after_commit") {
      EXPECT_EQ(accounted, paid);
    }
    EXPECT_GE(accounted, paid);
    EXPECT_LE(accounted, paid + kills * kPrice);
  }
};

TEST_P(KillACampaignAt, AndItResumesToTheBytesOfAnUninterruptedOne) {
  const auto ending = run_to(with_script("whole"));
  ASSERT_TRUE(ending.ok()) << ending.error;
  EXPECT_EQ(static_cast<double>(lines_in(folder_.path() / "calls")) * kPrice, recorded_usd(*archive("whole")));
  for (const std::string& point : GetParam().names) {
    SCOPED_TRACE(point);
    kill_at(point);
  }
}

INSTANTIATE_TEST_SUITE_P(Points, KillACampaignAt, testing::ValuesIn(kOfEveryCampaign), [](const auto& info) { return std::string(info.param.of); });

/// The end takes long where much is to be proved: whoever presses Ctrl-C there does not wait for a champion.
TEST_F(KillAt, AStopAtTheEndLeavesTheLogAsTheSearchLeftItAndTheNextResumeDoesTheEnd) {
  expect_success(run(with_script("whole")));
  for (const std::string point : {"finish.before_certify", "bundle.before_file", "finish.certified"}) {
    const std::string name = "cut-" + point;
    const auto cut = with_script(name);
    const Ending ending = in_process([&]() -> Result<CampaignSummary> {
      std::stop_source stop;
      on_failpoint() = [&](const char* at) {
        if (point == at) stop.request_stop();
      };
      return begin_or_resume(task_, cut, {}, stop.get_token());
    });
    EXPECT_TRUE(ending.interrupted()) << point << ": " << ending.status << " " << ending.error;
    EXPECT_EQ(expect_value(archive(name)->candidate_count()), kCandidates);
    EXPECT_EQ(events_of(name, "result") + events_of(name, "stop"), 0u) << point;
    expect_success(run(cut));
    expect_same(name, "whole");
  }
}

class KillAMailboxAt : public KillAt {
 protected:
  /// Answers what lies there until the process has ended, and what was left: somebody who answers does not know that it was killed.
  Ending serve(pid_t pid, const fs::path& box) {
    return end_of(pid, folder_.path(), [&] { answer_all(box); });
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

TEST_F(KillAMailboxAt, AnyPointAndNobodyIsAskedTwice) {
  const auto whole = with_mailbox("whole"), cut = with_mailbox("cut");
  auto ending = serve(start_to(whole, "", 0), whole.out / "mailbox");
  ASSERT_TRUE(ending.ok()) << ending.error;
  for (const std::string& point : kOfAMailbox) {
    SCOPED_TRACE(point);
    fs::remove_all(cut.out);
    forget();
    answered_.clear();
    int kills = 0;
    for (int nth : {1, 4, 0}) {
      ending = serve(start_to(cut, point, nth), cut.out / "mailbox");
      kills += ending.killed();
      ASSERT_TRUE(ending.killed() || ending.ok()) << ending.error;
      expect_nothing_lost(cut.out);
    }
    EXPECT_GE(kills, 1);
    ASSERT_TRUE(ending.ok()) << ending.error;
    expect_same("cut", "whole");
    EXPECT_EQ(answered_.size(), kCandidates - kSeeds);
  }
}

/// The table is written by hand; this keeps it whole.
TEST_F(KillAt, EveryFailpointThatACampaignComesByIsInTheTable) {
  std::set<std::string> known(kOfAMailbox.begin(), kOfAMailbox.end()), reached;
  for (const Points& points : kOfEveryCampaign) known.insert(points.names.begin(), points.names.end());
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
