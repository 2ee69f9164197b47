// assay replay and assay fsck as their users meet them, and a second writer on the same campaign.

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

const fs::path kSource = ASSAY_SOURCE_DIR;

class ReplayTest : public RunsPrograms {
 protected:
  /// The queue machine's contract on short traces, with two baselines.
  std::string small_task() {
    const fs::path from = kSource / "tasks/web_cache_queues", to = folder_ / "small";
    fs::create_directories(to / "baselines");
    fs::copy_file(from / "policy.h", to / "policy.h");
    fs::copy_file(from / "prompt.md", to / "prompt.md");
    for (const char* name : {"fifo.cpp", "lru.cpp"}) fs::copy_file(from / "baselines" / name, to / "baselines" / name);
    std::string ids, instances;
    for (int i = 0; i < 2000; ++i) ids += std::to_string(i * i % 97 + (i % 5 == 0 ? i : 0)) + "\n";
    file("small/ids.txt", ids);
    for (auto [split, objects] : {std::pair{"train", 20}, {"validation", 30}, {"holdout", 40}})
      instances += (instances.empty() ? "\"" : ", \"") + std::string(split) + "\": [{\"name\": \"" + split +
                   "\", \"trace\": \"ids.txt\", \"capacity\": {\"objects\": " + std::to_string(objects) + "}}]";
    file("small/task.json", "{\"domain\": \"cache\", \"objective\": \"miss_ratio\", \"direction\": \"minimise\",\n\"search\": {\"promote\": 1, \"certify\": 1},\n\"instances\": {" + instances + "}}\n");
    return to.string();
  }

  Finished campaign(const std::string& out, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"run", small_task(), "--out", out, "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  void sql(const std::string& folder, const std::string& text) {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((folder + "/archive.sqlite").c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }
};

TEST_F(ReplayTest, AMutateCampaignReplaysBitForBitAlsoWhereItWasResumed) {
  const std::string out = (folder_ / "c").string(), again = (folder_ / "again").string();
  auto recorded = campaign(out, {"--budget", "candidates=6"});
  NEEDS_JAIL(recorded);
  ASSERT_LE(recorded.code, 1) << recorded.err;
  ASSERT_LE(run({"resume", out, "--budget", "candidates=9"}).code, 1);
  auto replayed = run({"replay", out, "--json", "--out", again});
  ASSERT_EQ(replayed.code, 0) << replayed.err << replayed.out;
  EXPECT_TRUE(replayed.json()["equal"].get<bool>());
  EXPECT_EQ(replayed.json()["candidates"], 9);
  EXPECT_EQ(replayed.json()["recorded_head"], replayed.json()["replayed_head"]);
  auto checkup = run({"fsck", again, "--json"});
  EXPECT_EQ(checkup.code, 0) << checkup.out;
  EXPECT_EQ(checkup.json()["head"], replayed.json()["recorded_head"]);
  EXPECT_EQ(run({"replay", out, "--out", again}).code, 2) << "no replay writes over a campaign";

  // Of another task it is no replay, and that is said before anything is run.
  file("small/ids.txt", "1\n2\n3\n1\n");
  auto changed = run({"replay", out});
  EXPECT_EQ(changed.code, 1) << changed.err;
  EXPECT_NE(changed.out.find("at event 0 (campaign): the task's files have changed since"), std::string::npos) << changed.out;
  EXPECT_NE(changed.out.find("/train/train"), std::string::npos) << changed.out;
  fs::remove_all(folder_ / "small");
  EXPECT_EQ(run({"replay", out}).code, 2) << "the task is gone";
}

TEST_F(ReplayTest, AModelsAnswersAreGivenAgainWithoutTheModel) {
  const std::string out = (folder_ / "c").string();
  // A model of its own: another policy for each prompt, and every fourth answer holds no code.
  const std::string script = file("model.sh",
      "n=$(cksum | cut -d' ' -f1)\n"
      "echo asked >> " + (folder_ / "asked").string() + "\n"
      "if [ $((n % 4)) = 0 ]; then echo 'I would rather not.'; exit 0; fi\n"
      "echo 'Try this:'; echo '```cpp'\n"
      "echo \"i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) { return object.size > $n ? 1 : 0; }\"\n"
      "echo 'i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return object.queue; }'\n"
      "echo 'i64 pick_queue(const Queues& queues, Memory& memory) { return 0; }'\n"
      "echo 'i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }'\n"
      "echo '```'\n");
  auto recorded = campaign(out, {"--provider", "exec", "--set", "command=sh " + script, "--set", "usd_per_call=0.125", "--budget", "candidates=10"});
  NEEDS_JAIL(recorded);
  ASSERT_LE(recorded.code, 1) << recorded.err;
  const auto asked = *read_file(folder_ / "asked");
  EXPECT_FALSE(asked.empty());
  fs::remove(script);
  auto replayed = run({"replay", out, "--json"});
  ASSERT_EQ(replayed.code, 0) << replayed.err << replayed.out;
  EXPECT_EQ(replayed.json()["recorded_head"], replayed.json()["replayed_head"]);
  EXPECT_EQ(*read_file(folder_ / "asked"), asked) << "nobody was asked";

  // Another text for the same prompt would be another campaign: the prompt's digest is in the log.
  file("small/prompt.md", "Evict well.\n");
  auto prompt = run({"replay", out, "--json"});
  EXPECT_EQ(prompt.code, 1) << prompt.err;
  EXPECT_EQ(prompt.json()["difference"]["kind"], "completion");
  EXPECT_EQ(prompt.json()["difference"]["member"], "/prompt");
  EXPECT_NE(prompt.json()["difference"]["because"].get<std::string>().find("prompt.md"), std::string::npos);
}

TEST_F(ReplayTest, TheFirstEventThatDiffersIsNamedWithItsMember) {
  const std::string out = (folder_ / "c").string();
  auto recorded = campaign(out, {"--budget", "candidates=4"});
  NEEDS_JAIL(recorded);
  ASSERT_LE(recorded.code, 1) << recorded.err;
  fs::copy_file(kSource / "tasks/web_cache_queues/baselines/fifo.cpp", folder_ / "small/baselines/lru.cpp", fs::copy_options::overwrite_existing);
  auto replayed = run({"replay", out, "--json"});
  ASSERT_EQ(replayed.code, 1) << replayed.err;
  auto difference = replayed.json()["difference"];
  EXPECT_EQ(difference["event"], 3) << replayed.out;  // behind the campaign, a baseline and its promotion
  EXPECT_EQ(difference["kind"], "candidate");
  EXPECT_EQ(difference["candidate"], 1);
  EXPECT_EQ(difference["member"], "/source");
  EXPECT_EQ(difference["because"], "the task's baselines have changed since");
  EXPECT_NE(replayed.json()["recorded_head"], replayed.json()["replayed_head"]);
  EXPECT_FALSE(replayed.json()["equal"].get<bool>());
  // A damaged recording is not compared at all.
  sql(out, "UPDATE events SET body = replace(body, 'baseline', 'bassline') WHERE sequence = 1");
  auto damaged = run({"replay", out});
  EXPECT_EQ(damaged.code, 2);
  EXPECT_NE(damaged.err.find("assay fsck " + out), std::string::npos) << damaged.err;
  EXPECT_EQ(run({"replay", (folder_ / "nothing").string()}).code, 2);
}

TEST_F(ReplayTest, FsckNamesDamageRebuildsTheIndexAndSaysWhatItCannotRead) {
  const std::string out = (folder_ / "c").string();
  auto recorded = campaign(out, {"--budget", "candidates=4"});
  NEEDS_JAIL(recorded);
  ASSERT_LE(recorded.code, 1) << recorded.err;
  auto sound = run({"fsck", out});
  EXPECT_EQ(sound.code, 0) << sound.out;
  EXPECT_NE(sound.out.find(": sound, head "), std::string::npos) << sound.out;
  sql(out, "UPDATE candidate_index SET size = size + 1 WHERE candidate = 2");
  auto wrong = run({"fsck", out, "--json"});
  EXPECT_EQ(wrong.code, 1);
  ASSERT_EQ(wrong.json()["damages"].size(), 1u) << wrong.out;
  EXPECT_EQ(wrong.json()["damages"][0]["candidate"], 2);
  EXPECT_EQ(run({"fsck", out, "--rebuild-index"}).code, 0);
  sql(out, "UPDATE events SET body = body || ' ' WHERE kind = 'stop'");
  auto event = run({"fsck", out});
  EXPECT_EQ(event.code, 1);
  EXPECT_NE(event.out.find("(stop): it was changed"), std::string::npos) << event.out;
  EXPECT_NE(event.out.find("restore the file from a copy"), std::string::npos) << event.out;
  EXPECT_EQ(run({"fsck", out, "--rebuild-index"}).code, 2) << "not from a log that does not hold";
  std::ofstream(out + "/archive.sqlite", std::ios::trunc) << "no database";
  auto unreadable = run({"fsck", out, "--json"});
  EXPECT_EQ(unreadable.code, 2);
  EXPECT_FALSE(unreadable.json()["readable"].get<bool>()) << unreadable.out;
  EXPECT_EQ(run({"fsck", (folder_ / "nothing").string()}).code, 2);
}

TEST_F(ReplayTest, ASecondProcessOnTheSameCampaignIsRefusedAndToldWhoHoldsIt) {
  const std::string out = (folder_ / "c").string();
  pid_t first = start({"run", small_task(), "--out", out, "--threads", "1", "--budget", "candidates=100000"});
  int status = 0;
  bool ended = false;
  auto writes = [&] { return fs::exists(out + "/writer.lock") && read_file(folder_ / "err")->find("candidates ") != std::string::npos; };
  while (!writes() && !ended) {
    ended = ::waitpid(first, &status, WNOHANG) != 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (ended) GTEST_SKIP() << *read_file(folder_ / "err");
  const fs::path all = folder_;
  folder_ /= "second";  // what the first one prints must not mix with it
  fs::create_directories(folder_);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"resume", out}, {"fsck", out, "--rebuild-index"}}) {
    auto second = run(words);
    EXPECT_EQ(second.code, 3) << second.err;
    EXPECT_NE(second.err.find("another campaign (process " + std::to_string(first) + ") is writing this archive"), std::string::npos) << second.err;
  }
  auto reader = run({"fsck", out});
  EXPECT_EQ(reader.code, 0) << "a reader is welcome: " << reader.out;
  folder_ = all;
  ::kill(first, SIGKILL);
  ::waitpid(first, &status, 0);
  EXPECT_EQ(run({"fsck", out}).code, 0);
}

}  // namespace
}  // namespace assay::cli
