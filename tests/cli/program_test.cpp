// The built program as its users meet it: exit codes, what goes to stdout and stderr, JSON, helpful errors.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

const fs::path kSource = ASSAY_SOURCE_DIR;

class ProgramTest : public RunsPrograms {
 protected:
  /// A task of its own with one small trace; its one baseline is `policy`, its settings end in `settings`.
  std::string small_task(const std::string& policy, const std::string& settings = "") {
    const fs::path task = folder_ / "small";
    fs::create_directories(task / "baselines");
    fs::copy_file(kSource / "tasks/web_cache/policy.h", task / "policy.h", fs::copy_options::overwrite_existing);
    file("small/ids.txt", "1\n2\n1\n3\n1\n2\n3\n");
    file("small/prompt.md", "Evict well.\n");
    file("small/baselines/only.cpp", policy);
    std::string instances;
    for (const char* split : {"train", "validation", "holdout"})
      instances += (instances.empty() ? "\"" : ", \"") + std::string(split) + "\": [{\"name\": \"" + split +
                   "\", \"trace\": \"ids.txt\", \"capacity\": {\"objects\": 2}}]";
    file("small/task.json", "{\"domain\": \"cache\", \"objective\": \"miss_ratio\", \"direction\": \"minimise\",\n"
                            "\"instances\": {" + instances + "}" + settings + "}\n");
    return task.string();
  }
  static std::string task(const std::string& name) { return (kSource / "tasks" / name).string(); }
};

TEST_F(ProgramTest, WithoutACommandOrWithAnUnknownOneItSaysHowToGoOn) {
  EXPECT_EQ(run({}).code, 2);
  auto unknown = run({"fly"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("fly"), std::string::npos);
}

TEST_F(ProgramTest, EveryHelpEndsInExamples) {
  for (std::vector<std::string> command : std::vector<std::vector<std::string>>{
           {"run"}, {"resume"}, {"replay"}, {"fsck"}, {"report"}, {"eval"}, {"matrix"}, {"certify"}, {"lemmas"}, {"gate"}, {"key", "new"}, {"task", "check"}, {"prompt"}, {"trace", "record"}, {"trace", "convert"}, {"trace", "stats"}}) {
    command.push_back("--help");
    auto help = run(command);
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("Examples:\n  assay " + command[0]), std::string::npos) << help.out;
  }
}

TEST_F(ProgramTest, AnyTraceAndSizeCanBeAskedFor) {
  auto trace = file("ids.txt", "1\n2\n1\n3\n1\n2\n3\n");
  auto lru = run({"eval", task("web_cache"), "--baseline", "lru", "--trace", trace, "--capacity", "2", "--unit", "objects", "--json"});
  ASSERT_EQ(lru.code, 0) << lru.err;
  auto json = lru.json();
  EXPECT_EQ(json["requests"], 7);
  EXPECT_EQ(json["misses"], 5);  // 1 2 (1) 3 (1) 2 3
  EXPECT_DOUBLE_EQ(json["miss_ratio"].get<double>(), 5.0 / 7);
  EXPECT_TRUE(json.contains("byte_miss_ratio"));
}

TEST_F(ProgramTest, ColumnsOfACsvTraceCanBeNamed) {
  auto trace = file("x.csv", "when;what;weight\n1;7;10\n2;8;20\n3;7;10\n");
  auto fifo = run({"eval", task("web_cache"), "--baseline", "fifo", "--trace", trace, "--capacity", "30", "--unit", "bytes", "--json",
                   "--id", "what", "--size", "weight", "--time", "when"});
  ASSERT_EQ(fifo.code, 0) << fifo.err;
  EXPECT_EQ(fifo.json()["misses"], 2);
  EXPECT_DOUBLE_EQ(fifo.json()["byte_miss_ratio"].get<double>(), 30.0 / 40);
}

TEST_F(ProgramTest, UnknownNamesListTheKnownOnes) {
  auto baseline = run({"eval", task("web_cache"), "--baseline", "oracle9", "--json"});
  EXPECT_EQ(baseline.code, 2);
  EXPECT_NE(baseline.err.find("sieve"), std::string::npos) << baseline.err;
  EXPECT_TRUE(baseline.json().contains("error")) << "with --json a failure is an object too";
  auto instance = run({"eval", task("web_cache"), "--baseline", "lru", "--instances", "nowhere"});
  EXPECT_EQ(instance.code, 2);
  EXPECT_NE(instance.err.find("holdout"), std::string::npos) << instance.err;
  auto provider = run({"run", task("web_cache"), "--provider", "psychic", "--out", (folder_ / "c").string()});
  EXPECT_EQ(provider.code, 2);
  EXPECT_NE(provider.err.find("mutate"), std::string::npos) << provider.err;
}

constexpr const char* kPriority = "i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) ";

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_F(ProgramTest, ACheckFindsWhatARunWouldRefuse) {
  const std::string policy = std::string(kPriority) + "{ return 0; }\n";
  EXPECT_EQ(run({"task", "check", "--quick", small_task(policy, ",\n\"search\": {\"islands\": 3}")}).code, 0);
  auto unknown = run({"task", "check", "--quick", small_task(policy, ",\n\"search\": {\"isles\": 3}")});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("task.json:3: search"), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("migration_every"), std::string::npos) << unknown.err;
}

TEST_F(ProgramTest, ARefusedBaselineIsSaidOnceWithItsPlaces) {
  auto check = run({"task", "check", small_task(std::string(kPriority) + "{ return sizeof(object); }\n")});
  NEEDS_JAIL(check);
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.err.find("only.cpp: refused\n"), std::string::npos) << check.err;
  EXPECT_EQ(count_of(check.err, "only.cpp:1:"), 1u) << check.err;
  EXPECT_EQ(check.err.find("line 1"), std::string::npos) << check.err;
  EXPECT_NE(check.out.find("1 function, 4 records, 3 instances, 1 baseline, 0 properties: FAILED"), std::string::npos) << check.out;
}

TEST_F(ProgramTest, APolicyThatFailsWhileItRunsIsSentToTheCertifier) {
  auto folder = small_task(std::string(kPriority) + "{ return object.hits / ghost.known; }\n");
  auto check = run({"task", "check", folder});
  NEEDS_JAIL(check);
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.err.find("assay certify " + folder + " " + folder + "/baselines/only.cpp"), std::string::npos) << check.err;
  auto eval = run({"eval", folder, "--baseline", "contract:only"});
  EXPECT_EQ(eval.code, 1);
  EXPECT_EQ(count_of(eval.err, "assay certify " + folder + " " + folder + "/baselines/only.cpp"), 1u) << eval.err;
  auto certify = run({"certify", folder, folder + "/baselines/only.cpp", "--out", (folder_ / "bundle").string()});
  EXPECT_EQ(certify.code, 1);
  EXPECT_NE(certify.out.find("line 1: "), std::string::npos) << certify.out;
}

TEST_F(ProgramTest, ARefutedClaimWithoutAPlaceHasNoLine) {
  auto folder = small_task(std::string(kPriority) + "{ return (1LL << 62) + min(object.hits, 1); }\n");
  auto certify = run({"certify", folder, folder + "/baselines/only.cpp", "--out", (folder_ / "bundle").string()});
  NEEDS_JAIL(certify);
  EXPECT_EQ(certify.code, 1);
  EXPECT_NE(certify.out.find("refuted"), std::string::npos) << certify.out;
  EXPECT_EQ(certify.out.find("line 0"), std::string::npos) << certify.out;
}

TEST_F(ProgramTest, AnInstanceThatIsCalledLikeItsSplitIsListedOnce) {
  auto eval = run({"eval", small_task(std::string(kPriority) + "{ return 0; }\n"), "--baseline", "lru", "--instances", "trian"});
  EXPECT_EQ(eval.code, 2);
  EXPECT_NE(eval.err.find("(known: train, validation, holdout)"), std::string::npos) << eval.err;
}

TEST_F(ProgramTest, ThePromptOfATaskCanBeRead) {
  auto prompt = run({"prompt", small_task(std::string(kPriority) + "{ return 41; }\n")});
  ASSERT_EQ(prompt.code, 0) << prompt.err;
  for (const char* part : {"Evict well.", "# Interface", "last_evicted_priority", "{ return 41; }", "The objective is miss_ratio"})
    EXPECT_NE(prompt.out.find(part), std::string::npos) << part << "\n" << prompt.out;
}

TEST_F(ProgramTest, WrongArgumentsAreNamed) {
  auto trace = file("ids.txt", "1\n");
  for (const char* capacity : {"0", "-5", "1.5", "101%", "x", ""}) {
    auto eval = run({"eval", task("web_cache"), "--baseline", "lru", "--trace", trace, "--capacity", capacity});
    EXPECT_EQ(eval.code, 2) << capacity;
    EXPECT_NE(eval.err.find("capacity"), std::string::npos) << eval.err;
  }
  EXPECT_EQ(run({"run", task("web_cache"), "--budget", "candidates=many", "--out", (folder_ / "c").string()}).code, 2);
  EXPECT_EQ(run({"eval", "/nonexistent/task", "--baseline", "lru"}).code, 2);
  EXPECT_EQ(run({"report", (folder_ / "nothing").string()}).code, 2);
  EXPECT_EQ(run({"resume", (folder_ / "nothing").string()}).code, 2);
}

TEST_F(ProgramTest, ATruncatedTraceIsAnErrorThatNamesFileAndByte) {
  auto stats = run({"trace", "stats", file("cut.oracleGeneral", std::string(30, '\1'))});
  EXPECT_EQ(stats.code, 2);
  EXPECT_NE(stats.err.find("cut.oracleGeneral"), std::string::npos);
  EXPECT_EQ(stats.out, "");
}

TEST_F(ProgramTest, ARefusedPolicyIsAFindingWithItsLine) {
  auto policy = file("bad.cpp", "int main() {\n  return 0;\n}\n");
  auto eval = run({"eval", task("web_cache"), policy, "--json"});
  NEEDS_JAIL(eval);
  EXPECT_EQ(eval.code, 1) << eval.err;
  EXPECT_EQ(eval.json()["outcome"]["kind"], "refused");
  EXPECT_EQ(run({"certify", task("web_cache"), policy, "--out", (folder_ / "bundle").string()}).code, 1);
}

TEST_F(ProgramTest, ACertificateIsWrittenWithTheSameBytesTwice) {
  auto policy = (kSource / "tasks/web_cache_queues/baselines/fifo.cpp").string();
  auto first = run({"certify", task("web_cache_queues"), policy, "--out", (folder_ / "a").string(), "--json"});
  NEEDS_JAIL(first);
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.json()["verdict"], "proved");
  ASSERT_EQ(run({"certify", task("web_cache_queues"), policy, "--out", (folder_ / "b").string()}).code, 0);
  EXPECT_EQ(*read_file(folder_ / "a/certificate.json"), *read_file(folder_ / "b/certificate.json"));
}

TEST_F(ProgramTest, ACampaignRunsReportsAndNeverWritesOverAnother) {
  auto out = (folder_ / "campaign").string();
  std::vector<std::string> words = {"run", task("web_cache_queues"), "--budget", "candidates=12", "--out", out, "--json", "--threads", "1"};
  auto campaign = run(words);
  NEEDS_JAIL(campaign);
  ASSERT_TRUE(campaign.code == 0 || campaign.code == 1) << campaign.err;
  auto json = campaign.json();
  EXPECT_EQ(json["candidates"], 12);
  EXPECT_TRUE(fs::exists(json["report"].get<std::string>()));
  EXPECT_EQ(run(words).code, 2) << "the folder is taken";
  auto report = run({"report", out});
  EXPECT_EQ(report.code, 0);
  EXPECT_NE(report.out.find("certificate"), std::string::npos);
  auto nowhere = run({"report", out, "--html", "/nonexistent/page.html"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_NE(nowhere.out.find("certificate"), std::string::npos) << "the table is shown all the same";
}

TEST_F(ProgramTest, AnInterruptKeepsEverythingAndSaysHowToGoOn) {
  auto out = (folder_ / "campaign").string();
  pid_t pid = start({"run", task("web_cache_queues"), "--budget", "candidates=100000", "--out", out, "--threads", "1"});
  auto candidates = [&] { return read_file(folder_ / "err")->find("candidates ") != std::string::npos; };
  int status = 0;
  while (!candidates() && ::waitpid(pid, &status, WNOHANG) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  if (!candidates()) GTEST_SKIP() << *read_file(folder_ / "err");
  ::kill(pid, SIGINT);
  auto stopped = wait(pid);
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("assay resume " + out), std::string::npos) << stopped.err;
  auto report = run({"report", out, "--json"});
  ASSERT_EQ(report.code, 0) << report.err;
  EXPECT_GT(report.json()["candidates"], 0);
  EXPECT_FALSE(report.json()["ended"]);
}

TEST_F(ProgramTest, TheRecorderPassesOnTheExitCodeAndWritesATraceThatReads) {
  auto out = (folder_ / "t.oracleGeneral.zst").string();
  auto recorded = run({"trace", "record", "--out", out, "--json", "--", "sh", "-c", "cat " + file("a", "x") + "; exit 5"});
  EXPECT_EQ(recorded.code, 5) << recorded.err;
  auto stats = run({"trace", "stats", out, "--json"});
  ASSERT_EQ(stats.code, 0) << stats.err;
  EXPECT_EQ(stats.json()["requests"], recorded.json()["requests"]);
  EXPECT_EQ(run({"trace", "record", "--out", "/nonexistent/x", "--", "true"}).code, 2);
}

TEST_F(ProgramTest, SandboxSelftestPrintsEveryLayerAndAgreesWithItsExitCode) {
  auto text = run({"sandbox", "selftest"});
  auto json = run({"sandbox", "selftest", "--json"});
  ASSERT_EQ(text.code, json.code) << text.err;
  EXPECT_EQ(json.json()["ok"].get<bool>(), json.code == 0);
  for (const char* layer : {"namespaces", "landlock", "seccomp", "rlimits", "clock", "cgroups"}) {
    EXPECT_NE(text.out.find(layer), std::string::npos) << layer;
    EXPECT_NE(json.out.find(layer), std::string::npos) << layer;
  }
}

TEST_F(ProgramTest, AWeakSandboxIsToldAndRecorded) {
  auto finished = run({"eval", (kSource / "tasks/web_cache").string(), (kSource / "tasks/web_cache/baselines/lru.cpp").string(), "--instances", "train", "--allow-weak-sandbox=clock", "--json"});
  NEEDS_JAIL(finished);
  ASSERT_EQ(finished.code, 0) << finished.err;
  EXPECT_NE(finished.err.find("weak sandbox: runs without the layer clock"), std::string::npos) << finished.err;
  EXPECT_EQ(finished.json()["missing_layers"][0], "clock");
}

}  // namespace
}  // namespace assay::cli
