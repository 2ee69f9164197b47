// assay kernel run: what it shows of repeats, and the program with its exit codes.

#include <signal.h>

#include <chrono>
#include <thread>

#include "cli/kernel/repeats.h"
#include "tests/cli/run_program.h"

namespace assay::cli {
namespace {

namespace kernel = evaluators::congestion::kernel;

kernel::KernelRun run_with(double utilisation) {
  kernel::KernelRun run;
  run.measured.utilisation = utilisation;
  run.measured.flows.resize(1);
  run.flows.resize(1);
  run.lateness.p99_ms = utilisation;  // whatever differs
  return run;
}

TEST(KernelRepeats, AFigureIsAMedianWithItsRange) {
  EXPECT_EQ(spread_of({3, 1, 2}).median, 2);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).median, 2.5);
  EXPECT_EQ(spread_of({3, 1, 2}).least, 1);
  EXPECT_EQ(spread_of({3, 1, 2}).most, 3);
  Repeats repeats{"wired", "reno", {}, {}};
  for (double each : {0.9, 0.5, 0.7}) repeats.runs.push_back(run_with(each));
  EXPECT_NE(table_of({repeats}).find("0.700 (0.500-0.900)"), std::string::npos) << table_of({repeats});
  EXPECT_EQ(json_of(repeats)["median"]["utilisation"], 0.7);
  EXPECT_EQ(worst_lateness(repeats).p99_ms, 0.9);
}

TEST(KernelRepeats, ARunThatIsNotValidIsNoFigure) {
  Repeats repeats{"wired", "reno", {run_with(0.9)}, {{kernel::Invalid::Kind::too_late, "it stood still", {}}}};
  EXPECT_NE(table_of({repeats}).find(" 1/2 "), std::string::npos);
  EXPECT_NE(table_of({repeats}).find("wired, reno: not valid, too late: it stood still"), std::string::npos);
  repeats.runs.clear();
  EXPECT_NE(table_of({repeats}).find("no run is valid"), std::string::npos);
  EXPECT_FALSE(json_of(repeats)["median"].contains("utilisation"));
  EXPECT_EQ(json_of(repeats)["invalid"][0]["kind"], "too late");
}

using KernelRunProgram = RunsPrograms;

const std::string kTask = ASSAY_SOURCE_DIR "/tasks/congestion_control";

#define NEEDS_KERNEL_PATH(finished) \
  if ((finished).code == 3 && (finished).err.find("namespace") != std::string::npos) GTEST_SKIP() << (finished).err

TEST_F(KernelRunProgram, SaysWhatIsWrongWithTheQuestion) {
  EXPECT_EQ(run({"kernel", "run", kTask}).code, 2) << "no algorithm";
  EXPECT_EQ(run({"kernel", "run", kTask, "--algorithm", "reno", "--repeat", "0"}).code, 2);
  const auto instance = run({"kernel", "run", kTask, "--algorithm", "reno", "--instances", "nowhere"});
  EXPECT_EQ(instance.code, 2);
  EXPECT_NE(instance.err.find("wired-12"), std::string::npos);
  const auto settings = run({"kernel", "run", kTask, "--algorithm", "reno", "--instances", R"({"link": {"mbps": -1}})", "--json"});
  EXPECT_EQ(settings.code, 2);
  EXPECT_NE(settings.json()["error"].get<std::string>().find("mbps"), std::string::npos);
  EXPECT_EQ(run({"kernel", "run", kTask, "--algorithm", "reno", "--instances", "{"}).code, 2);
  const auto other = run({"kernel", "run", ASSAY_SOURCE_DIR "/tasks/web_cache", "--algorithm", "reno"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("congestion"), std::string::npos);
}

TEST_F(KernelRunProgram, AnAlgorithmThatTheKernelHasNotIsNamedBeforeAnythingRuns) {
  const auto finished = run({"kernel", "run", kTask, "--algorithm", "reno,swift_fox"});
  NEEDS_KERNEL_PATH(finished);
  EXPECT_EQ(finished.code, 2);
  EXPECT_NE(finished.err.find("swift_fox"), std::string::npos);
  EXPECT_NE(finished.err.find("this kernel has"), std::string::npos);
}

TEST_F(KernelRunProgram, MeasuresAndSaysHowLateItWas) {
  const auto finished = run({"kernel", "run", kTask, "--algorithm", "reno", "--repeat", "2", "--json", "--instances", R"({"link": {"mbps": 6}, "delay_ms": 20, "seconds": 0.6})"});
  NEEDS_KERNEL_PATH(finished);
  const Json json = finished.json();
  ASSERT_TRUE(json.contains("results")) << finished.out << finished.err;
  const Json& result = json["results"][0];
  EXPECT_EQ(result["runs"].size() + result["invalid"].size(), 2u);
  EXPECT_EQ(finished.code, result["runs"].empty() ? 3 : 0);
  for (const Json& each : result["runs"]) {
    EXPECT_GT(each["lateness"]["events"], 0);
    EXPECT_GT(each["flows"][0]["sent"], 0);
    EXPECT_LE(each["metrics"]["utilisation"], 1.0);
  }
}

TEST_F(KernelRunProgram, CtrlCEndsItAtOnce) {
  const pid_t pid = start({"kernel", "run", kTask, "--algorithm", "reno", "--instances", R"({"link": {"mbps": 6}, "seconds": 600})"});
  for (int i = 0; i < 400 && read_file(folder_ / "err")->find("run 1 of") == std::string::npos; ++i) {
    if (::kill(pid, 0) != 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    if (read_file(folder_ / "err")->find("namespace") != std::string::npos) break;
  }
  ::kill(pid, SIGINT);
  const auto finished = wait(pid);
  NEEDS_KERNEL_PATH(finished);
  EXPECT_EQ(finished.code, 130) << finished.err;
}

}  // namespace
}  // namespace assay::cli
