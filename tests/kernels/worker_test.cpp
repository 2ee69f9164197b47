// The worker's conversation, with the CPU twin as its device.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "kernels/shape_json.h"
#include "kernels/tile_order/orders.h"
#include "kernels/worker/lines.h"
#include "kernels/worker/serve.h"
#include "tests/kernels/small_cpu.h"

namespace assay::kernels::worker {
namespace {

// About 1 MiB of keys and values: few sets of buffers, and the twin is quick with it.
const Json kDecode{{"heads_q", 4}, {"heads_kv", 4}, {"length", 500}};

/// All of a conversation at once.
std::vector<Json> talk(const std::string& input, std::unique_ptr<Device> device = std::make_unique<SmallCpu>(), MakeWorkload make = make_workload) {
  int to[2], from[2];
  EXPECT_EQ(pipe(to), 0);
  EXPECT_EQ(pipe(from), 0);
  std::string output;
  {
    std::jthread reader([&] {
      char piece[4096];
      for (ssize_t got; (got = read(from[0], piece, sizeof piece)) > 0;) output.append(piece, static_cast<std::size_t>(got));
    });
    std::jthread writer([&] {
      for (std::size_t at = 0; at < input.size();) {
        const ssize_t written = write(to[1], input.data() + at, input.size() - at);
        if (written <= 0) break;
        at += static_cast<std::size_t>(written);
      }
      close(to[1]);
    });
    Serving serving;
    serving.opened.device = std::move(device);
    if (serving.opened.device == nullptr) serving.opened.why = "a test has none";
    serving.build = std::string(64, '0');
    serving.make = std::move(make);
    EXPECT_EQ(serve(serving, {to[0], from[1]}), 0);
    close(to[0]);  // a writer that is not read ends
    close(from[1]);
  }
  close(from[0]);
  std::vector<Json> lines;
  for (std::size_t end; (end = output.find('\n')) != output.npos; output.erase(0, end + 1)) lines.push_back(Json::parse(output.substr(0, end)));
  EXPECT_TRUE(output.empty()) << "a line does not end: " << output;
  return lines;
}

std::vector<Json> events(const std::vector<Json>& lines, const std::string& event) {
  std::vector<Json> found;
  for (const Json& line : lines)
    if (line["event"] == event) found.push_back(line);
  return found;
}

std::string decode_request(const std::string& verb, const Json& actions, const Json& more = Json::object()) {
  Json request{{"id", 3}, {"do", verb}, {"task", "decode_split"}, {"shape", kDecode}, {"seed", 5}, {verb == "null" ? "action" : "actions", actions}};
  request.update(more);
  return request.dump() + "\n";
}

/// A workload whose kernel does something wrong.
struct Wrong : Workload {
  std::unique_ptr<Workload> right;
  /// Runs after the kernel. counted: this is the run that counts writes.
  std::function<void(const Pointers&, bool counted)> wrong;
  std::vector<Array> inputs() const override { return right->inputs(); }
  std::size_t rows() const override { return right->rows(); }
  std::size_t width() const override { return right->width(); }
  std::vector<double> reference_rows(std::span<const std::size_t> rows) const override { return right->reference_rows(rows); }
  double reference_cost() const override { return right->reference_cost(); }
  Tolerance tolerance() const override { return right->tolerance(); }
  std::size_t workspace_bytes(std::uint32_t action) const override { return right->workspace_bytes(action); }
  std::vector<Array> lists(std::uint32_t action) const override { return right->lists(action); }
  std::size_t counters(std::uint32_t action) const override { return right->counters(action); }
  std::string count_objection(std::uint32_t action, std::span<const std::uint32_t> writes) const override { return right->count_objection(action, writes); }
  Launch launch(std::uint32_t action, const Pointers& at, Where where) const override {
    return [run = right->launch(action, at, where), at, wrong = wrong](void* stream) {
      const int error = run(stream);
      wrong(at, at.writes != nullptr);
      return error;
    };
  }
};

MakeWorkload make_wrong(std::function<void(const Pointers&, bool)> wrong) {
  return [wrong](Task task, const Json& shape, std::uint64_t seed, const std::vector<Order>& orders, int threads) {
    auto made = std::make_unique<Wrong>();
    made->right = make_workload(task, shape, seed, orders, threads);
    made->wrong = wrong;
    return made;
  };
}

Bf16* out(const Pointers& at) { return static_cast<Bf16*>(at.out); }

TEST(Worker, SaysFirstWhatItIs) {
  const auto lines = talk("");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["event"], "hello");
  EXPECT_EQ(lines[0]["protocol"], 1);
  EXPECT_EQ(lines[0]["device"]["kind"], "cpu");
  EXPECT_TRUE(device_from(lines[0]["device"])) << "the header of a table takes it as it is";
}

TEST(Worker, VerifiesEachActionAgainstFp64) {
  const auto lines = talk(decode_request("verify", {1, 3, 128}));
  const auto verified = events(lines, "verified");
  ASSERT_EQ(verified.size(), 3u) << Json(lines);
  for (const Json& line : verified) {
    EXPECT_EQ(line["id"], 3);
    EXPECT_EQ(line["writes_once"], true);
    EXPECT_GT(line["relative_error"], 0);
    EXPECT_LT(line["relative_error"], 0.006);
    EXPECT_EQ(line["checked"], 4 * 128);
  }
  EXPECT_EQ(lines.back()["event"], "done");
  EXPECT_EQ(lines.back()["complete"], true);
}

TEST(Worker, MeasuresEachActionEquallyOftenInEveryRound) {
  const auto lines = talk(decode_request("measure", {1, 4}, {{"rounds", 3}}));
  const auto samples = events(lines, "sample"), results = events(lines, "result");
  ASSERT_EQ(samples.size(), 12u) << Json(lines);
  for (std::size_t i = 0; i < samples.size(); i += 4) {  // ABBA or BAAB
    EXPECT_EQ(samples[i]["action"], samples[i + 3]["action"]);
    EXPECT_EQ(samples[i + 1]["action"], samples[i + 2]["action"]);
    EXPECT_NE(samples[i]["action"], samples[i + 1]["action"]);
    EXPECT_EQ(samples[i]["round"], i / 4);
  }
  ASSERT_EQ(results.size(), 2u);
  for (const Json& result : results) {
    EXPECT_EQ(result["samples"], 6);
    EXPECT_GT(result["median_us"], result["floor_us"]);
  }
  EXPECT_EQ(lines.back()["complete"], true);
  EXPECT_GE(lines.back()["sets"], 2);
}

TEST(Worker, WhatTheBudgetEndsIsKeptAndSaidToBeIncomplete) {
  const auto lines = talk(decode_request("measure", {1, 4}, {{"rounds", 10000}, {"budget_ms", 1}}));
  EXPECT_EQ(lines.back()["complete"], false);
  EXPECT_EQ(events(lines, "sample").size(), 4u) << "one round is always whole";
  EXPECT_EQ(events(lines, "result").size(), 2u);
}

TEST(Worker, MeasuresTwoCopiesOfOneAction) {
  const auto lines = talk(decode_request("null", 4, {{"rounds", 4}}));
  const auto found = events(lines, "null");
  ASSERT_EQ(found.size(), 1u) << Json(lines);
  EXPECT_EQ(found[0]["rounds"], 4);
  EXPECT_GE(found[0]["log_ratios_p95"], 0);
  EXPECT_LE(found[0]["interval"][0], found[0]["interval"][1]);
}

TEST(Worker, TakesOrdersByNameAndRefusesOneThatIsNoBijection) {
  const Json shape{{"kernel", "gemm"}, {"m", 136}, {"n", 264}, {"k", 256}};
  const auto grid = tile_order::grid(shape_from<tile_order::Shape>(shape).value());
  Json orders = Json::object();
  for (const auto& order : tile_order::kOrders) orders[std::string(order.name)] = tile_order::codes(grid, order.tile);
  orders["twice"] = {0, 1, 2, 3, 4, 4};
  orders["outside"] = {0, 1, 2, 3, 4, 6};
  Json request{{"id", 1}, {"do", "verify"}, {"task", "tile_order"}, {"shape", shape}, {"orders", orders}, {"actions", Json::array()}};
  for (const auto& [name, codes] : orders.items()) request["actions"].push_back(name);
  const auto lines = talk(request.dump());  // the last line needs no end
  EXPECT_EQ(events(lines, "verified").size(), 5u) << Json(lines);
  const auto errors = events(lines, "error");
  ASSERT_EQ(errors.size(), 2u);
  for (const Json& error : errors) EXPECT_EQ(error["kind"], "not_once") << error;
}

TEST(Worker, RunsEveryVariantOfTheGroupedProduct) {
  const auto lines = talk(R"({"id":1,"do":"verify","task":"moe_select","shape":{"experts":4,"tokens":20,"n":128,"k":576},"actions":[0,11,23]})");
  EXPECT_EQ(events(lines, "verified").size(), 3u) << Json(lines);
}

TEST(Worker, ANumberThatIsWrongIsAWrongResult) {
  for (const char* verb : {"verify", "measure"}) {
    const auto lines = talk(decode_request(verb, {2}), std::make_unique<SmallCpu>(), make_wrong([](const Pointers& at, bool) { out(at)[7] = to_bf16(3.0f); }));
    ASSERT_EQ(events(lines, "error").size(), 1u) << Json(lines);
    EXPECT_EQ(events(lines, "error")[0]["kind"], "wrong_result");
    EXPECT_EQ(events(lines, "error")[0]["action"], 2);
    EXPECT_TRUE(events(lines, "result").empty());
    EXPECT_TRUE(events(lines, "sample").empty());
  }
}

TEST(Worker, AnOutputThatIsNotWrittenIsAWrongResult) {
  const auto lines = talk(decode_request("verify", {2}), std::make_unique<SmallCpu>(), make_wrong([](const Pointers& at, bool) { out(at)[511].bits = 0xffff; }));
  ASSERT_EQ(events(lines, "error").size(), 1u);
  EXPECT_NE(events(lines, "error")[0]["what"].get<std::string>().find("value 511"), std::string::npos) << events(lines, "error")[0];
}

TEST(Worker, AWriteBesideTheOutputIsAWrongResult) {
  const auto lines = talk(decode_request("verify", {2}), std::make_unique<SmallCpu>(), make_wrong([](const Pointers& at, bool) { out(at)[-1].bits = 0; }));
  ASSERT_EQ(events(lines, "error").size(), 1u);
  EXPECT_NE(events(lines, "error")[0]["what"].get<std::string>().find("outside"), std::string::npos);
}

TEST(Worker, ARowWrittenTwiceIsNotOnce) {
  const auto lines = talk(decode_request("measure", {2}), std::make_unique<SmallCpu>(), make_wrong([](const Pointers& at, bool counted) {
                            if (counted) ++at.writes[1];
                          }));
  ASSERT_EQ(events(lines, "error").size(), 1u);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "not_once");
  EXPECT_TRUE(events(lines, "sample").empty());
}

TEST(Worker, AKernelThatIsRightOnlyWhenItIsVerifiedIsFound) {
  // One that leaves out work when it is timed: it runs right twice (counted, verified), then computes only the first half.
  auto runs = std::make_shared<int>(0);
  const auto lines = talk(decode_request("measure", {2}), std::make_unique<SmallCpu>(), make_wrong([runs](const Pointers& at, bool) {
                            if (++*runs > 2) std::memset(out(at) + 256, 0, 256 * sizeof(Bf16));
                          }));
  ASSERT_GE(events(lines, "error").size(), 1u) << Json(lines);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "wrong_result");
  EXPECT_TRUE(events(lines, "result").empty());
}

TEST(Worker, ARunThatLeavesASetOutIsFound) {
  auto device = std::make_unique<SmallCpu>();
  device->skip_a_set = true;
  const auto lines = talk(decode_request("measure", {2}), std::move(device));
  ASSERT_GE(events(lines, "error").size(), 1u) << Json(lines);
  EXPECT_NE(events(lines, "error")[0]["what"].get<std::string>().find("in set 1"), std::string::npos) << events(lines, "error")[0];
}

TEST(Worker, ATimeUnderTheFloorIsNoFigure) {
  const auto lines = talk(decode_request("measure", {2}), std::make_unique<SmallCpu>(0.001));
  ASSERT_EQ(events(lines, "error").size(), 1u) << Json(lines);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "under_floor");
  EXPECT_TRUE(events(lines, "result").empty());
  EXPECT_EQ(lines.back()["complete"], false);
}

TEST(Worker, MemoryThatIsNotThereIsSaid) {
  auto device = std::make_unique<SmallCpu>();
  device->most_bytes = 1000;
  const auto lines = talk(decode_request("measure", {2}), std::move(device));
  ASSERT_EQ(events(lines, "error").size(), 1u);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "out_of_memory");
  EXPECT_EQ(lines.back()["event"], "done");
}

TEST(Worker, InputsThatNoHostHoldsAreSaid) {
  const auto lines = talk(R"({"id":1,"do":"verify","task":"moe_select","shape":{"experts":256,"tokens":1,"n":32768,"k":32768},"actions":[0]})");
  ASSERT_EQ(events(lines, "error").size(), 1u) << Json(lines);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "out_of_memory");
  EXPECT_EQ(lines.back()["event"], "done");
}

TEST(Worker, WithoutADeviceEveryRequestSaysSo) {
  const auto lines = talk(decode_request("verify", {2}) + decode_request("measure", {1}), nullptr);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_TRUE(lines[0]["device"].is_null());
  EXPECT_EQ(lines[0]["why"], "no device: a test has none");
  for (std::size_t i : {1, 3}) EXPECT_EQ(lines[i]["kind"], "no_device");
}

TEST(Worker, ALineThatIsNoRequestIsRefusedAndTheNextIsServed) {
  const std::string deep(100000, '[');
  const std::vector<std::string> bad{
      "", "garbage", "{", "[]", "7", "null", "\"verify\"", deep, std::string(10, '\0'), "\xff\xfe{}",
      R"({"do":"quit"})", R"({"id":-1,"do":"quit"})", R"({"id":1.5,"do":"quit"})", R"({"id":"x","do":"quit"})", R"({"id":1})", R"({"id":1,"do":"fly"})",
      R"({"id":1,"do":"quit","now":true})", R"({"id":1,"id":2,"do":"quit"})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[]})", R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[0]})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[129]})", R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[1,1]})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[1.5]})", R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":["1"]})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":{"length":0},"actions":[1]})", R"({"id":1,"do":"verify","task":"decode_split","shape":{"len":1},"actions":[1]})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":[],"actions":[1]})", R"({"id":1,"do":"verify","task":"matmul","shape":{},"actions":[1]})",
      R"({"id":1,"do":"verify","task":"decode_split","shape":{},"actions":[1],"rounds":2})", R"({"id":1,"do":"measure","task":"decode_split","shape":{},"actions":[1],"rounds":0})",
      R"({"id":1,"do":"measure","task":"decode_split","shape":{},"actions":[1],"budget_ms":-1})", R"({"id":1,"do":"measure","task":"decode_split","shape":{},"actions":[1],"seed":-1})",
      R"({"id":1,"do":"measure","task":"decode_split","shape":{},"actions":[1],"orders":{"a":[0]}})", R"({"id":1,"do":"null","task":"moe_select","shape":{},"action":24})",
      R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["a"]})",
      R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["a"],"orders":{"a":[0,0]}})",
      R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["a"],"orders":{"a":[-1]}})",
      R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["a"],"orders":{"a":[4294967296]}})",
      R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["c"],"cubins":{"c":"***="}})"};
  std::string input;
  for (const std::string& line : bad) input += line + "\n";
  const auto lines = talk(input + decode_request("verify", {1}));
  const auto errors = events(lines, "error");
  ASSERT_EQ(errors.size(), bad.size());
  for (std::size_t i = 0; i < errors.size(); ++i) EXPECT_EQ(errors[i]["kind"], "bad_request") << bad[i];
  EXPECT_EQ(events(lines, "done").size(), bad.size() + 1) << "each request ends";
  EXPECT_EQ(events(lines, "verified").size(), 1u);
}

TEST(Worker, ACubinIsRefusedWhereThereIsNoGpu) {
  const auto lines = talk(R"({"id":1,"do":"measure","task":"tile_order","shape":{"kernel":"gemm","m":8,"n":8,"k":64},"actions":["c"],"cubins":{"c":"f0VMRg=="}})");
  ASSERT_EQ(events(lines, "error").size(), 1u);
  EXPECT_EQ(events(lines, "error")[0]["kind"], "cubin_refused");
}

TEST(Worker, QuitEndsItAndWhatFollowsIsNotServed) {
  const auto lines = talk("{\"id\":9,\"do\":\"quit\"}\n" + decode_request("verify", {1}));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], (Json{{"event", "done"}, {"id", 9}, {"complete", true}}));
}

TEST(Lines, ALineThatIsTooLongIsPassedOver) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string input = "one\n" + std::string(5000, 'x') + "\n" + std::string(100, 'y') + "\nlast";
  ASSERT_EQ(write(ends[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
  close(ends[1]);
  LineReader reader(ends[0], 1000);
  std::string line;
  EXPECT_EQ(reader.next(line), Next::line);
  EXPECT_EQ(line, "one");
  EXPECT_EQ(reader.next(line), Next::too_long);
  EXPECT_EQ(reader.next(line), Next::line);
  EXPECT_EQ(line, std::string(100, 'y'));
  EXPECT_EQ(reader.next(line), Next::line);
  EXPECT_EQ(line, "last");
  EXPECT_EQ(reader.next(line), Next::end);
  close(ends[0]);
}

/// What becomes of a worker in a process of its own.
int status_of(const std::function<void(pid_t, int read_from, int write_to)>& treat) {
  int to[2], from[2];
  EXPECT_EQ(pipe(to), 0);
  EXPECT_EQ(pipe(from), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(to[1]), close(from[0]);
    note_signals();
    Serving serving;
    serving.opened.device = std::make_unique<SmallCpu>();
    _exit(serve(serving, {to[0], from[1]}));
  }
  close(to[0]), close(from[1]);
  treat(child, from[0], to[1]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(Worker, EndsQuietlyWhenNobodyReadsAnyMore) {
  signal(SIGPIPE, SIG_IGN);  // of the test itself
  const int status = status_of([](pid_t child, int read_from, int write_to) {
    const std::string request = decode_request("measure", {1, 2}, {{"rounds", 10000}});
    EXPECT_GT(write(write_to, request.data(), request.size()), 0);
    char byte;
    EXPECT_EQ(read(read_from, &byte, 1), 1);
    close(read_from);  // its input stays open
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
    close(write_to);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(Worker, ASignalEndsItAfterAWholeLine) {
  std::string output;
  const int status = status_of([&](pid_t child, int read_from, int write_to) {
    const std::string request = decode_request("measure", {1, 2}, {{"rounds", 10000}});
    EXPECT_GT(write(write_to, request.data(), request.size()), 0);
    char piece[4096];
    bool asked = false;
    for (ssize_t got; (got = read(read_from, piece, sizeof piece)) > 0;) {
      output.append(piece, static_cast<std::size_t>(got));
      if (!asked && output.find("sample") != output.npos) asked = kill(child, SIGTERM) == 0;
    }
    close(read_from), close(write_to);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  ASSERT_FALSE(output.empty());
  EXPECT_EQ(output.back(), '\n');
  EXPECT_NE(output.find("\"done\""), output.npos);
}

TEST(OpenDevice, KnowsItsNames) {
  EXPECT_TRUE(open_device("cpu")->device);
  EXPECT_EQ(open_device("cpu:3")->device->facts().sms, 3);
  for (const char* name : {"", "gpu", "cpu:", "cpu:0", "cpu:x", "cpu:99999", "cuda:", "cuda:-1", "cuda:1x"}) EXPECT_FALSE(open_device(name)) << name;
  const auto far = open_device("cuda:63");
  ASSERT_TRUE(far);
  EXPECT_EQ(far->device, nullptr);
  EXPECT_FALSE(far->why.empty());
}

}  // namespace
}  // namespace assay::kernels::worker
