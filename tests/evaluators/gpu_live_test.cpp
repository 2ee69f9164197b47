// The parent's end of the GPU worker against programs that speak its protocol, well or badly; and against the worker itself on this machine's
// CPU, where it was built.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "evaluators/gpu/gpu_instance.h"
#include "evaluators/gpu/live/live_figures.h"
#include "gpu_making.h"

namespace assay::evaluators::gpu {
namespace {

const decode_split::Shape kShape{.length = 4096};

class GpuLive : public testing::Test {
 protected:
  static Subject subject() { return subject_of(kShape); }
  static std::vector<Action> actions() { return {split_action(kShape, 1), split_action(kShape, 4)}; }
  static double floor() { return kernels::floor_us(subject().least_bytes, subject().flops, made_up_device()); }
  static std::string hello(const std::string& device = kernels::to_json(made_up_device()).dump()) {
    return R"({"event":"hello","protocol":1,"build":"aaaaaaaaaaaaaaaa","device":)" + device + R"(,"why":"nothing to measure on"})";
  }

  /// A shell program that says `first`, and after each line that it reads `answer`, in which $id counts requests.
  std::string worker(const std::string& answer, const std::string& first = hello()) {
    const std::string path = folder_.path + "/worker" + std::to_string(count_++);
    std::ofstream(path) << "#!/bin/sh\ncat <<'END'\n" << first << "\nEND\nid=0\nwhile read -r line; do\nid=$((id+1))\n" << answer << "\ndone\n";
    ::chmod(path.c_str(), 0755);
    return "exec:" + path;
  }
  static std::string say(std::string lines) {
    if (lines.ends_with('\n')) lines.pop_back();
    return "cat <<END\n" + lines + "\nEND\n";
  }

  static std::string sample(const std::string& action, double us) {
    return R"({"id":$id,"event":"sample","round":0,"action":)" + action + R"(,"us":)" + std::to_string(us) + R"(,"clock_mhz":1000})" + "\n";
  }
  static std::string result(const std::string& action, double us, const std::string& error = "0.001", const std::string& once = "true", int samples = 1,
                            double its_floor = floor()) {
    return R"({"id":$id,"event":"result","action":)" + action + R"(,"median_us":)" + std::to_string(us) + R"(,"samples":)" + std::to_string(samples) +
           R"(,"floor_us":)" + std::to_string(its_floor) + R"(,"writes_once":)" + once + R"(,"relative_error":)" + error + "}\n";
  }
  static std::string done() { return R"({"id":$id,"event":"done","complete":true})"; }
  static std::string honest() { return sample("1", 300) + sample("4", 150) + result("1", 300) + result("4", 150) + done(); }

  /// Why two actions cannot be measured there; "": they can.
  static std::string fault(const std::string& place, int slack_ms = 20'000) {
    auto worker = Worker::start(place);
    if (!worker) return worker.error().what;
    auto figures = (*worker)->measure(subject(), actions(), {.budget_ms = 1, .slack_ms = slack_ms});
    return figures ? "" : figures.error().what;
  }
  std::string fault_of(const std::string& lines) { return fault(worker(say(lines))); }

  Folder folder_;
  int count_ = 0;
};

TEST_F(GpuLive, AnHonestWorkerGivesItsMedians) {
  auto there = Worker::start(worker(say(sample("4", 140) + sample("1", 300) + sample("4", 150) + sample("4", 170) + sample("1", 310) + sample("1", 290) +
                                        result("1", 300, "0.001", "true", 3) + result("4", 150, "0.001", "true", 3) + done())));
  ASSERT_TRUE(there) << there.error().what;
  EXPECT_EQ((*there)->device(), made_up_device());
  for (int i = 0; i < 3; ++i) {
    auto figures = (*there)->measure(subject(), actions(), {});
    ASSERT_TRUE(figures) << figures.error().what;
    EXPECT_DOUBLE_EQ((*figures)[0].us, 300);
    EXPECT_DOUBLE_EQ((*figures)[1].us, 150);
  }
  EXPECT_EQ(fault_of(honest()), "");
}

TEST_F(GpuLive, AWorkerThatEndsOrIsCutOffIsTroubleOfTheHost) {
  for (const std::string& answer : {std::string("exit 3"), say(sample("1", 300)) + "exit 0", std::string("printf '{\"id\":1,\"event\"'; exit 0"), std::string("kill -9 $$")}) {
    auto there = Worker::start(worker(answer));
    ASSERT_TRUE(there) << there.error().what;
    auto figures = (*there)->measure(subject(), actions(), {});
    ASSERT_FALSE(figures) << answer;
    EXPECT_EQ(figures.error().fault, Fault::provider) << figures.error().what;
    EXPECT_NE(figures.error().what.find("has ended"), std::string::npos) << figures.error().what;
  }
  EXPECT_NE(fault(worker("printf '{\"id\":1,\"event\"'; exit 0")).find("in the middle of a line"), std::string::npos);
}

TEST_F(GpuLive, WhatAWorkerSaysWrongIsTroubleOfItsHostAndWhatWeAskWrongIsOurs) {
  const auto fault_for = [&](const std::string& lines) {
    auto there = Worker::start(worker(say(lines)));
    auto figures = there ? (*there)->measure(subject(), actions(), {}) : Result<std::vector<Figure>>(std::unexpected(there.error()));
    return figures ? std::optional<Fault>() : figures.error().fault;
  };
  EXPECT_EQ(fault_for(sample("9", 150)), Fault::provider);
  EXPECT_EQ(fault_for(R"({"id":$id,"event":"error","kind":"under_floor","what":"too fast"})"), Fault::provider);
  EXPECT_EQ(fault_for(R"({"id":$id,"event":"error","kind":"bad_request","what":"no such key"})"), Fault::harness);
}

TEST_F(GpuLive, AWorkerThatDoesNotAnswerIsGivenUp) { EXPECT_NE(fault(worker(":"), 100).find("does not answer in time"), std::string::npos); }

TEST_F(GpuLive, AWorkerThatLiesIsFoundOut) {
  const std::string good = sample("1", 300) + sample("4", 150) + result("1", 300);
  const auto expect = [&](const std::string& lines, const std::string& words) {
    const std::string what = fault_of(lines);
    EXPECT_NE(what.find(words), std::string::npos) << words << " in: " << what;
  };
  expect(R"({"id":77,"event":"done"})", "another request");
  expect(R"({"event":"done"})", "another request");
  expect(good + result("4", 150, "0.5") + done(), "wrong by");
  expect(good + result("4", 150, "-1") + done(), "wrong by");
  expect(good + result("4", 150, "0.001", "false") + done(), "every output once");
  expect(good + result("4", 100) + done(), "not that of its samples");
  expect(good + result("4", 150, "0.001", "true", 9) + done(), "9 samples after 1");
  expect(good + result("4", 150, "0.001", "true", 1, floor() / 2) + done(), "a floor of");
  expect(sample("1", floor() / 2) + result("1", floor() / 2) + done(), "under the floor");
  expect(sample("9", 150), "not asked for");
  expect(sample("1", -3), "a sample of");
  expect(good + result("1", 300), "a second result");
  expect(good + done(), "no figure for action 4");
  expect(R"({"id":$id,"event":"rumour"})", "no known kind");
  expect(R"({"id":$id,"event":7})", "wrong type");
  expect(R"({"id":$id,"event":"result","action":1})", "missing");
  expect("not JSON", "no JSON object");
  expect("[1]", "no JSON object");
  expect(R"({"id":$id,"event":"error","kind":"not_once","what":"row 3 twice"})", "not_once: row 3 twice");
  EXPECT_NE(fault(worker("while :; do printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx%.0s' 1 2 3 4 5 6 7 8 9; done"))
                .find("a line of more than"), std::string::npos);
}

TEST_F(GpuLive, ADeviceThatIsLostIsTroubleOfTheHost) {
  auto there = Worker::start(worker(say(R"({"id":$id,"event":"error","kind":"device_lost","what":"fell off the bus"})")));
  ASSERT_TRUE(there);
  auto figures = (*there)->measure(subject(), actions(), {});
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().fault, Fault::provider);
}

TEST_F(GpuLive, WhatIsNoWorkerWithADeviceIsSaid) {
  EXPECT_NE(fault(worker("", hello("null"))).find("nothing to measure on"), std::string::npos);
  EXPECT_NE(fault(worker("", "good morning")).find("no hello"), std::string::npos);
  EXPECT_NE(fault(worker("", R"({"event":"hello","protocol":2,"build":"a","device":null})")).find("another protocol"), std::string::npos);
  EXPECT_NE(fault(worker("", hello(R"({"kind":"cuda"})"))).find("device"), std::string::npos);
  EXPECT_NE(fault("exec:" + folder_.path + "/nothing-there").find("start"), std::string::npos);
  EXPECT_NE(fault("ssh:-oProxyCommand=touch"), "");
  for (const char* place : {"ssh:", "ssh:-x", "ssh:a b", "ssh:a;b", "cpu:", "cpu:x", "elsewhere", ""}) EXPECT_FALSE(worker_command(place)) << place;
  for (const char* place : {"local", "cpu", "cpu:2", "ssh:me@gpu.example.org"}) EXPECT_TRUE(worker_command(place)) << place;
}

/// The device slows down by half between two sessions: what is measured later is brought to the scale of the first one by the base beside it.
TEST_F(GpuLive, AFigureOfALaterSessionIsOnTheScaleOfTheFirst) {
  const std::string place = worker("if [ $id = 1 ]; then\n" + say(sample("1", 300) + sample("4", 150) + result("1", 300) + result("4", 150) + done()) + "else\n" +
                                   say(sample("1", 600) + sample("8", 200) + result("1", 600) + result("8", 200) + done()) + "fi");
  auto figures = live_figures(place, {});
  ASSERT_TRUE(figures) << figures.error().what;
  EXPECT_EQ((*figures)->provenance(), "live, a GPU of no make, worker aaaaaaaaaaaa");
  auto first = (*figures)->times(subject(), actions());
  ASSERT_TRUE(first) << first.error().what;
  const Action later[] = {split_action(kShape, 1), split_action(kShape, 8)};
  auto second = (*figures)->times(subject(), later);
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_DOUBLE_EQ((*second)[0]->us, 300);
  EXPECT_DOUBLE_EQ((*second)[1]->us, 100);
  auto again = (*figures)->times(subject(), later);
  EXPECT_DOUBLE_EQ((*again)[1]->us, 100) << "remembered: a third session would have failed";
}

/// Fetched by `prepare`, which may fail as the harness does; `score` then has it.
TEST_F(GpuLive, AnInstanceFetchesItsFiguresBeforeItScores) {
  const int base = native_action("flash_attention_2", kShape, made_up_device())->number;
  const std::string name = std::to_string(base);
  ASSERT_NE(base, 4);
  auto figures = live_figures(worker("if [ $id = 1 ]; then\n" + say(sample(name, 300) + sample("4", 150) + result(name, 300) + result("4", 150) + done()) + "else exit 1; fi"), {});
  ASSERT_TRUE(figures) << figures.error().what;
  const auto on = *make_instance({"test", "speedup", {}, workload_of({kShape}), made_up_device(), *figures, "flash_attention_2"});
  ASSERT_TRUE(on->prepare(bytes_of({4})));
  const auto score = on->score(bytes_of({4}));
  ASSERT_TRUE(score) << score.error().detail;
  EXPECT_DOUBLE_EQ(score->objective, 2);
  EXPECT_FALSE(score->metrics.contains("regret")) << "of all actions nobody knows";
  EXPECT_FALSE(on->best_possible());
  EXPECT_TRUE(on->prepare(bytes_of({0}))) << "score says what is wrong with it";
  const auto gone = on->prepare(bytes_of({7}));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault, Fault::provider);
}

TEST_F(GpuLive, TheWorkerItselfMeasuresOnThisCpu) {
  auto command = worker_command("cpu:2");
  ASSERT_TRUE(command);
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  const auto program = (*command)[0];
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "assay-gpu-worker is not built beside " << beside;
  auto there = Worker::start("cpu:2");
  ASSERT_TRUE(there) << there.error().what;
  EXPECT_EQ((*there)->device().kind, "cpu");
  const decode_split::Shape small{.heads_q = 4, .heads_kv = 1, .head_dim = 64, .sequences = 1, .length = 256};
  const Action actions[] = {split_action(small, 1), split_action(small, 2)};
  auto figures = (*there)->measure(subject_of(small), actions, {.rounds = 2, .budget_ms = 4000});
  ASSERT_TRUE(figures) << figures.error().what;
  EXPECT_GT((*figures)[0].us, 0);
}

}  // namespace
}  // namespace assay::evaluators::gpu
