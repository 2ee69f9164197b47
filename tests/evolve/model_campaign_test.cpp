// Campaigns with something that reads prompts in the loop: a script that is told when to fail, and an agent at a mailbox.

#include <chrono>
#include <set>
#include <thread>

#include "evolve/repair.h"
#include "evolve/told.h"
#include "tests/evolve/campaign_fixture.h"

namespace assay::evolve {
namespace {

namespace fs = std::filesystem;

class ModelCampaign : public CampaignTest {
 protected:
  /// A model that fails first and mends it when asked to. With the file `kill`, its fourth call ends the campaign.
  void write_model(const std::string& first) {
    const std::string here = folder_.path().string();
    std::ofstream(folder_.path() / "first.md") << first;
    std::ofstream(folder_.path() / "mended.md") << "```cpp\n" << queue_policy("return 0;") << "```\n";
    std::ofstream(folder_.path() / "model.sh")
        << script_head(4) << "if grep -q 'It ended with' " << here << "/prompt.$$; then cat " << here << "/mended.md; else cat " << here << "/first.md; fi\n";
  }
  CampaignOptions with_model(const std::string& name, std::uint64_t candidates, unsigned threads = 2) const {
    return with_command(name, candidates, script("model.sh"), threads);
  }
  CampaignOptions with_mailbox(const std::string& name, std::uint64_t candidates) const {
    CampaignOptions chosen = options(name, candidates);
    chosen.provider = "mailbox";
    return chosen;
  }
  void expect_replay_without_a_model(const std::string& name) {
    fs::remove(folder_.path() / "model.sh");
    expect_replay(name);
  }
  /// Prompts of which the words are in.
  std::size_t prompts_with(const std::string& words) const {
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      found += entry.path().filename().string().starts_with("prompt.") && content_of(entry).find(words) != std::string::npos;
    return found;
  }
};

TEST_F(ModelCampaign, AFailureIsRepairedAsTheSameCandidateAndItsCostAddsUp) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 2}});
  write_model("```cpp\n" + queue_policy("return nowhere;") + "```\n");
  expect_success(run(with_model("out", 4)));
  auto log = archive("out");
  expect_done(log->verify_chain());
  const auto records = expect_value(log->candidates());
  ASSERT_EQ(records.size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(records[i].repairs, std::vector<std::string>{"refused"}) << i;
    EXPECT_FALSE(teaches(records[i].outcome.kind)) << records[i].outcome.detail;
    EXPECT_EQ(records[i].usd, 0.5);
    EXPECT_NE(records[i].operation.find(records[i].parents.size() > 1 ? "crossover" : "rewrite"), std::string::npos) << records[i].operation;
    EXPECT_EQ(expect_value(log->blob(records[i].source)), queue_policy("return 0;"));
  }
  EXPECT_EQ(events_of("out", "completion"), 6u) << "every answer is in the log";
  expect_replay_without_a_model("out");
  EXPECT_TRUE(expect_value(log->pending()).empty());
}

TEST_F(ModelCampaign, AnEditThatDoesNotApplyIsAnOutcomeThatCanBeRepaired) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 1}});
  write_model("<<<<<<< SEARCH\n  return nothing_like_it;\n=======\n  return 1;\n>>>>>>> REPLACE\n");
  expect_success(run(with_model("out", 3)));
  for (const auto& record : expect_value(archive("out")->candidates()))
    if (record.provider != "baseline") EXPECT_EQ(record.repairs, std::vector<std::string>{"edit_failed"});
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, WithoutTheSettingAFailedEditStaysOne) {
  task_ = make_task(folder_.path(), {"fifo"});
  write_model("<<<<<<< SEARCH\n  return nothing_like_it;\n=======\n  return 1;\n>>>>>>> REPLACE\n");
  expect_success(run(with_model("out", 3)));
  const auto record = expect_value(archive("out")->candidates()).at(2);
  EXPECT_EQ(name_of(record.outcome.kind), "edit_failed");
  EXPECT_NE(record.outcome.detail.find("edit block 1 of 1"), std::string::npos) << record.outcome.detail;
  EXPECT_TRUE(record.repairs.empty());
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, RepairsThatFailEndAfterTheirNumber) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 2}});
  write_model("```cpp\n" + queue_policy("return nowhere;") + "```\n");
  std::ofstream(folder_.path() / "mended.md") << "```cpp\n" << queue_policy("return elsewhere;") << "```\n";
  expect_success(run(with_model("out", 2)));
  auto record = expect_value(archive("out")->candidates()).at(1);
  EXPECT_EQ(record.repairs, (std::vector<std::string>{"refused", "refused"}));
  EXPECT_EQ(name_of(record.outcome.kind), "refused");
  EXPECT_EQ(record.usd, 0.75);
}

TEST_F(ModelCampaign, ARepairWithoutAnAnswerLeavesTheCandidateAsItWas) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 2}});
  write_model("```cpp\n" + queue_policy("return nowhere;") + "```\n");
  std::ofstream(folder_.path() / "mended.md") << "I give up.\n";
  expect_success(run(with_model("out", 2)));
  auto record = expect_value(archive("out")->candidates()).at(1);
  EXPECT_EQ(name_of(record.outcome.kind), "refused");
  EXPECT_TRUE(record.repairs.empty());
  EXPECT_EQ(record.usd, 0.5) << "both calls were paid for";
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, KilledInTheMiddleOfRepairsAndResumedItEndsInTheSameBytes) {
  task_ = make_task(folder_.path(), {"fifo"}, {{"repair", 2}});
  write_model("```cpp\n" + queue_policy("return nowhere;") + "```\n");
  expect_success(run(with_model("whole", 5)));
  kill_in_a_call_and_resume(with_model("killed", 5));
  EXPECT_EQ(head_of("killed"), head_of("whole"));
}

/// Scores as FIFO does, where sizes are 1, and overflows where they are large.
const std::string kOverflows = "```cpp\n" + queue_policy("return object.size * object.size > 0 ? 0 : 1;") + "```\n";
const Json kRefuted = {{"repair", 2}, {"repair_on", {"failure", "refuted"}}, {"certificate", {{"weight", 0.0}}}};

TEST_F(ModelCampaign, ARefutedCandidateIsAskedForAgainWithTheCounterexample) {
  task_ = make_task(folder_.path(), {"lru"}, kRefuted);
  write_model(kOverflows);
  expect_success(run(with_model("out", 3)));
  auto log = archive("out");
  const auto records = expect_value(log->candidates());
  EXPECT_EQ(records[1].repairs, std::vector<std::string>{"refuted"});
  EXPECT_EQ(expect_value(log->blob(records[1].source)), queue_policy("return 0;"));
  EXPECT_NE(records[1].certificate.value().verdict, "refuted");
  EXPECT_EQ(records[1].usd, 0.5);
  // The second one's repair is a duplicate of the first's: what scored is kept, and every answer is in the log.
  EXPECT_EQ(records[2].repairs, std::vector<std::string>{"refuted"});
  EXPECT_EQ(records[2].outcome.kind, OutcomeKind::ok) << records[2].outcome.detail;
  EXPECT_EQ(expect_value(log->blob(records[2].source)), queue_policy("return object.size * object.size > 0 ? 0 : 1;"));
  EXPECT_EQ(events_of("out", "completion"), 4u);
  EXPECT_EQ(prompts_with("a required claim about it is refuted"), 2u);
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, WithoutTheSettingARefutedCandidateStaysOne) {
  task_ = make_task(folder_.path(), {"lru"}, {{"repair", 2}, {"certificate", {{"weight", 0.0}}}});
  write_model(kOverflows);
  expect_success(run(with_model("out", 2)));
  const auto record = expect_value(archive("out")->candidates()).at(1);
  EXPECT_TRUE(record.repairs.empty());
  EXPECT_EQ(record.certificate.value().verdict, "refuted") << "else the tests beside this one show nothing";
}

TEST_F(ModelCampaign, ACandidateFarWorseThanItsParentOnAnInstanceIsAskedForAgain) {
  task_ = make_task(folder_.path(), {"lru"}, {{"repair", 1}, {"repair_on", {"worst_instance"}}});
  write_model("```cpp\n" + queue_policy("return kReject;") + "```\n");
  expect_success(run(with_model("out", 2)));
  auto log = archive("out");
  const auto record = expect_value(log->candidates()).at(1);
  EXPECT_EQ(record.repairs, std::vector<std::string>{"worst_instance"});
  EXPECT_EQ(expect_value(log->blob(record.source)), queue_policy("return 0;"));
  EXPECT_EQ(prompts_with("<- worst"), 1u);
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, KilledInTheMiddleOfRefutationsAndResumedItEndsInTheSameBytes) {
  task_ = make_task(folder_.path(), {"lru"}, kRefuted);
  write_model(kOverflows);
  expect_success(run(with_model("whole", 5, 4)));
  expect_success(run(with_model("narrow", 5, 1)));
  kill_in_a_call_and_resume(with_model("killed", 5));
  EXPECT_EQ(head_of("narrow"), head_of("whole"));
  EXPECT_EQ(head_of("killed"), head_of("whole"));
}

TEST_F(ModelCampaign, WhatWasToldCanBeToldAgainFromTheLog) {
  task_ = make_task(folder_.path(), {"fifo", "lru"});
  write_model("```cpp\n" + queue_policy("return nowhere;") + "```\n");
  expect_success(run(with_model("out", 12)));
  const auto task = expect_value(tasks::load_task(task_));
  const auto problem = expect_value(Problem::of(task));
  auto log = archive("out");
  for (std::uint64_t i = 2; i < 12; ++i) EXPECT_EQ(expect_value(told(*log, problem, i)).as_recorded, true) << i;
  EXPECT_NE(expect_value(told(*log, problem, 11)).prompt.find("# What failed lately"), std::string::npos);
  for (std::uint64_t i : {0, 1, 12, 99}) {
    auto none = told(*log, problem, i);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().what.find("has prompts for candidates 2 to 12"), std::string::npos) << none.error().what;
  }
  fs::create_directories(task_ / "prompts");
  std::ofstream(task_ / "prompts/improve.md") << "Something else.\n";
  std::ofstream(task_ / "prompts/combine.md") << "Something else.\n";
  EXPECT_EQ(expect_value(told(*log, expect_value(Problem::of(task)), 5)).as_recorded, false);
}

/// Answers what lies in the mailbox, until the campaign has ended or `limit` answers are given. Odd numbers are edits.
class Agent {
 public:
  explicit Agent(fs::path box) : box_(std::move(box)) {}

  std::set<std::string> waiting() const {
    std::set<std::string> found;
    std::error_code code;
    for (fs::directory_iterator entry(box_, code), end; !code && entry != end; entry.increment(code))
      if (auto name = entry->path().filename().string(); name.ends_with(".prompt.md") && name[0] != '.') found.insert(name.substr(0, name.find('.')));
    return found;
  }
  void answer(const std::string& index) {
    const std::string prompt = content_of(box_ / (index + ".prompt.md"));
    if (prompt.empty() || fs::exists(box_ / (index + ".completion.md"))) return;
    std::ofstream(box_ / (index + ".completion.md.tmp")) << "<!-- model: the test -->\n" << text(prompt, std::stoi(index));
    fs::rename(box_ / (index + ".completion.md.tmp"), box_ / (index + ".completion.md"));
  }

 private:
  static std::string text(const std::string& prompt, int index) {
    if (index % 2 == 0) return "```cpp\n" + queue_policy("return " + std::to_string(index % 4) + ";") + "```\n";
    const auto fence = prompt.find("```cpp\n", prompt.find("# Policies so far")) + 7;
    const std::string line = prompt.substr(fence, prompt.find('\n', fence) - fence);
    return "<<<<<<< SEARCH\n" + line + "\n=======\n// the same, with a word about it\n" + line + "\n>>>>>>> REPLACE\n";
  }
  fs::path box_;
};

TEST_F(ModelCampaign, AnAgentAtAMailboxIsKilledOnAndResumedAndIsNeverAskedTwice) {
  task_ = make_task(folder_.path(), {"fifo", "lru"});
  const auto chosen = with_mailbox("out", 10);
  const fs::path box = folder_.path() / "out/mailbox";
  Agent agent(box);
  pid_t pid = start(chosen);
  auto until = [&](const std::function<bool()>& condition) {
    int status = 0;
    for (int i = 0; i < 12000 && !condition(); ++i) {
      if (::waitpid(pid, &status, WNOHANG) == pid) return void(pid = 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  };
  until([&] { return agent.waiting().size() >= 4; });
  ASSERT_NE(pid, 0) << content_of(folder_.path() / "error");
  const auto asked = agent.waiting();
  std::map<std::string, fs::file_time_type> written;
  for (const auto& index : asked) written[index] = fs::last_write_time(box / (index + ".prompt.md"));
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(end_of(pid, folder_.path()).killed());
  for (const auto& index : asked) agent.answer(index);
  expect_success(end_of(start(chosen), folder_.path(), [&] {
    for (const auto& index : agent.waiting()) agent.answer(index);
  }));
  auto log = archive("out");
  const auto records = expect_value(log->candidates());
  ASSERT_EQ(records.size(), 10u);
  for (const auto& record : records)
    if (record.index >= 2) {
      const bool edit = record.index % 2 == 1;
      EXPECT_EQ(record.operation.find(edit ? "diff (1 block)" : record.parents.size() > 1 ? "crossover" : "rewrite") != std::string::npos, true) << record.operation;
    }
  std::size_t answers = 0;
  expect_done(log->for_each("completion", [&](const Event& event) -> Result<void> {
    answers += event.body.value("model", "") == "the test";
    return {};
  }));
  EXPECT_EQ(answers, 8u);
  std::size_t prompts = 0;
  for (const auto& entry : fs::directory_iterator(box / "done")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".prompt.md")) continue;
    ++prompts;
    if (auto earlier = written.find(name.substr(0, name.find('.'))); earlier != written.end()) EXPECT_EQ(fs::last_write_time(entry.path()), earlier->second) << name;
  }
  EXPECT_EQ(prompts, 8u);
  expect_replay_without_a_model("out");
}

TEST_F(ModelCampaign, AStopWhileTheLastCandidatesAreAskedForIsNotTheEndOfTheBudget) {
  task_ = make_task(folder_.path(), {"fifo", "lru"});
  const auto chosen = with_mailbox("out", 6);
  Agent agent(folder_.path() / "out/mailbox");
  const Ending ending = in_process([&]() -> Result<CampaignSummary> {
    std::stop_source stop;
    std::jthread stopper;
    auto started = [&](const Progress&) {  // a thread, once the jails have started
      if (!stopper.joinable()) stopper = std::jthread([&] {
        while (agent.waiting().size() < 4) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        stop.request_stop();
      });
    };
    return begin_or_resume(task_, chosen, started, stop.get_token());
  });
  EXPECT_TRUE(ending.interrupted()) << "it ended as if the budget were spent: " << ending.status << " " << ending.error;
  EXPECT_EQ(expect_value(archive("out")->candidate_count()), 2u);
  EXPECT_EQ(events_of("out", "result"), 0u);
  EXPECT_EQ(agent.waiting().size(), 4u) << "the prompts stay";
}

TEST_F(ModelCampaign, AModelThatCannotBeStartedForTheLastCandidatesIsAnError) {
  task_ = make_task(folder_.path(), {"fifo", "lru"});
  const Ending ending = run(with_command("out", 4, "sleep 0.3; exec /no/such/program"));
  EXPECT_TRUE(ending.failed());
  EXPECT_NE(ending.error.find("/no/such/program"), std::string::npos) << ending.error;
}

}  // namespace
}  // namespace assay::evolve
