// The driver's text with a contract and a policy: what the policy is shown, what it may answer, what is recorded.

#include <gtest/gtest.h>

#include "congestion_making.h"
#include "congestion_policy.h"
#include "sandbox/driver_mark.h"

namespace assay::evaluators::congestion {
namespace {

const std::string kPaths[] = {
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 80}, "loss": 0.003, "seconds": 6})",
    R"({"link": {"walk": {"mbps": 9, "spread": 5, "seed": 2}}, "delay_ms": 10, "queue": {"packets": 30, "codel": {}}, "ecn": true, "seconds": 6,
        "flows": [{}, {"start_s": 1}]})",
    R"({"link": {"steps": [[0, 12], [1, 0], [2, 30]]}, "delay_ms": 5, "queue": {"packets": 15}, "ack_interval_ms": 6, "seconds": 6,
        "flows": [{"extra_rtt_ms": 9}, {"algorithm": "cubic", "start_s": 0.5}, {"algorithm": "constant", "mbps": 3, "start_s": 1, "stop_s": 2}]})",
};

bool same(const Measured& a, const Measured& b) {
  const auto counts = [](const Measured& m) {
    std::vector<std::uint64_t> all;
    for (const FlowCount& flow : m.flows) all.insert(all.end(), {flow.sent, flow.arrived, flow.dropped});
    return all;
  };
  return counts(a) == counts(b) && a.mean_queueing_ms == b.mean_queueing_ms && a.utilisation == b.utilisation;
}

TEST(CongestionDriver, EveryBaselineStaysInItsRangesAndRunsAsItsNativeTwin) {
  const std::map<std::string, Algorithm> twins = {{"reno", kReno}, {"cubic", kCubic}, {"vegas", kVegas}};
  std::size_t seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(source_dir() / "tasks/congestion_control/baselines")) {
    const std::string name = file.path().stem();
    const DrivenPolicy policy(congestion_contract(), congestion_baseline(name));
    const auto twin = twins.find(name);
    for (const auto& path : kPaths) {
      const Plan plan = plan_of(path);
      const auto run = policy.run(Image(plan));
      ASSERT_EQ(run.code, 0u) << name << " " << std::hex << run.code;
      const auto measured = replay_decisions(Image(plan), run.decisions);
      ASSERT_TRUE(measured) << name << ": " << measured.error().detail;
      EXPECT_GT(measured->utilisation, 0.3) << name;
      if (twin != twins.end()) EXPECT_TRUE(same(*measured, run_native(plan, twin->second))) << name << " " << path;
    }
    seen += twin != twins.end();
  }
  EXPECT_EQ(seen, twins.size());
}

std::string policy_text(const std::string& ack, const std::string& loss = "return 10;", const std::string& timeout = "return 2;") {
  const std::string parameters = "(const Flow& flow, const History& history, Memory& memory, Pacing& pacing)";
  return "i64 on_ack" + parameters + " { " + ack + " }\ni64 on_loss" + parameters + " { " + loss + " }\ni64 on_timeout" + parameters + " { " + timeout + " }\n";
}

/// One policy that takes its wrong turn by the length of the path: one compilation for all.
TEST(CongestionDriver, AnswersOutsideTheContractEndTheRun) {
  const DrivenPolicy policy(congestion_contract(), policy_text(R"(const i64 path = flow.min_rtt / 20000;
    if (path == 1) return 1;
    if (path == 2) return kMaxWindow + 1;
    if (path == 3) memory.credit = -1;
    if (path == 4) memory.note[7] = kMaxNote + 1;
    if (path == 5) pacing.rate = kMaxRate + 1;
    return path == 6 ? 500 : 10;)", "return flow.min_rtt / 20000 == 6 ? -5 : 10;", "return 0;"));
  const auto code = [&](const std::string& rest) { return policy.run(Image(plan_of(R"({"link": {"mbps": 12}, "queue": {"packets": 20}, "seconds": 3, )" + rest + "}"))).code; };
  EXPECT_EQ(code(R"("delay_ms": 5)"), 0u);
  for (int path = 1; path <= 6; ++path) EXPECT_EQ(code("\"delay_ms\": " + std::to_string(path * 10 + 3)), kAssayBrokeContract) << path;
  EXPECT_EQ(code(R"("delay_ms": 5, "loss": 1)"), kAssayBrokeContract);
}

constexpr std::uint64_t kModulus = 1'000'003;

/// Statements that mix every field of Flow and every item of History, in the contract's order, into `mix`.
std::string mixing() {
  std::string text = "i64 mix = 7;\n";
  const auto take = [&](const std::string& value) { text += "mix = (mix * 31 + " + value + ") % 1000003;\n"; };
  const tasks::Contract contract = congestion_contract();
  for (const auto& field : contract.record("Flow")->fields) take("flow." + field.name);
  text += "for (i64 i = 0; i < kRounds; i += 1) {\n";
  for (const auto& field : contract.record("History")->fields) take("history." + field.name + "[i]");
  return text + "}\n";
}

std::uint64_t mixed(const View& view) {
  std::uint64_t mix = 7;
  const auto take = [&](i64 value) { mix = (mix * 31 + static_cast<std::uint64_t>(value)) % kModulus; };
  for (i64 value : {view.now, view.window, view.inflight, view.acked, view.lost, view.marked, view.rtt, view.smoothed_rtt, view.min_rtt, view.max_rtt, view.rate,
                    view.max_rate, view.total_delivered, view.total_lost, view.recovering, view.new_round, view.rounds})
    take(value);
  for (int i = 0; i < kRoundsKept; ++i)
    for (const i64* items : {view.round_delivered, view.round_lost, view.round_marked, view.round_rtt, view.round_mean_rtt, view.round_rate}) take(items[i]);
  return mix;
}

/// Of all that it is shown, by each function: one wrong value and the decisions part.
TEST(CongestionDriver, APolicyIsShownWhatTheSimulatorKnows) {
  const std::string paced = "pacing.rate = mix % 5 == 0 ? 0 : 600 + mix % 3000;\n";
  const DrivenPolicy policy(congestion_contract(), policy_text(mixing() + paced + "return 10 + mix % 60;", mixing() + "return 5 + mix % 30;", mixing() + "return 2 + mix % 10;"), false);
  std::uint64_t asked[3] = {}, marked = 0, lost_late = 0;
  for (const std::string& path : {kPaths[0], kPaths[1], kPaths[2], std::string(R"({"link": {"steps": [[0, 8], [1, 0], [3, 8], [4, 0], [6, 8], [7, 0], [9, 8]]}, "delay_ms": 10, "loss": 0.1, "seconds": 10})")}) {
    const Plan plan = plan_of(path);
    std::map<std::uint32_t, std::uint64_t> pacing;
    const Logger logger = run(plan, [&](const Asked& at) {
      const std::uint64_t mix = mixed(at.view);
      ++asked[static_cast<int>(at.event)];
      marked += at.view.marked > 0, lost_late += at.event == Event::ack && at.view.lost > 0;
      if (at.event == Event::loss) return Decision{5 + mix % 30, pacing[at.flow]};
      if (at.event == Event::timeout) return Decision{2 + mix % 10, pacing[at.flow]};
      return Decision{10 + mix % 60, pacing[at.flow] = mix % 5 == 0 ? 0 : 600 + mix % 3000};
    });
    EXPECT_EQ(policy.run(Image(plan)).decisions, logger.bytes()) << path;
  }
  for (std::uint64_t count : asked) EXPECT_GT(count, 5u);  // else the paths show nothing
  EXPECT_GT(marked, 0u);
  EXPECT_GT(lost_late, 0u);
}

/// The simulator's own bounds keep every value in range; a defect there must not pass for a policy's.
TEST(CongestionDriver, AValueOutsideItsDeclaredRangeIsTheHarnesssFault) {
  const DrivenPolicy policy(congestion_contract(), policy_text("return 10;"), true, [](std::string& driver) {
    const std::string source = "shown_value(view.acked,";
    driver.replace(driver.find(source), source.size(), "shown_value(view.min_rtt > 200000 ? -1 : view.min_rtt > 100000 ? 1LL << 40 : view.acked,");
  });
  const auto code = [&](int delay_ms) { return policy.run(Image(plan_of(R"({"link": {"mbps": 12}, "seconds": 3, "delay_ms": )" + std::to_string(delay_ms) + "}"))).code; };
  EXPECT_EQ(code(20), 0u);
  EXPECT_EQ(code(60), kAssayBadArguments);
  EXPECT_EQ(code(120), kAssayBadArguments);
}

/// The lowest and the highest answer that the contract has, and one beyond each, in every place where a policy answers.
TEST(CongestionDriver, TheEndsOfEveryRangeAreTakenAndNothingBeyond) {
  struct Place {
    std::string set, low, high;
  };
  const Place places[] = {{"memory.threshold", "0", "kMaxWindow"}, {"memory.credit", "0", "kMaxCount"}, {"memory.phase", "0", "255"},
                          {"memory.since", "0", "kMaxTime"},       {"memory.note[0]", "-kMaxNote", "kMaxNote"}, {"memory.note[7]", "-kMaxNote", "kMaxNote"},
                          {"pacing.rate", "0", "kMaxRate"},        {"answer", "kMinWindow", "kMaxWindow"}};
  std::string ack = "const i64 path = flow.min_rtt / 20000;\ni64 answer = 10;\n";
  int path = 0;
  for (const Place& place : places)
    for (const std::string& value : {place.low, place.high, place.low + " - 1", place.high + " + 1"}) ack += "if (path == " + std::to_string(++path) + ") " + place.set + " = " + value + ";\n";
  const DrivenPolicy policy(congestion_contract(), policy_text(ack + "return answer;"), false);
  for (int i = 1; i <= path; ++i) {
    const Plan plan = plan_of(R"({"link": {"mbps": 40}, "queue": {"packets": 20}, "seconds": 3, "delay_ms": )" + std::to_string(i * 10 + 3) + "}");
    EXPECT_EQ(policy.run(Image(plan)).code, (i - 1) % 4 < 2 ? 0u : kAssayBrokeContract) << i;
  }
}

TEST(CongestionDriver, RecordsWhatTheSimulatorWouldBeTold) {
  const DrivenPolicy policy(congestion_contract(), policy_text("pacing.rate = flow.now / 1000000 % 2 == 0 ? 0 : 700; return 10 + flow.now / 1000 % 50;",
                                                               "pacing.rate = flow.now / 1000000 % 2 == 0 ? 0 : 700; return 10 + flow.now / 1000 % 50;"));
  const Plan plan = plan_of(kPaths[0]);
  const auto recorded = policy.run(Image(plan));
  const Logger logger = run(plan, [](const Asked& asked) {
    return Decision{10 + asked.ns / kMillisecond % 50, asked.ns / kSecond % 2 == 0 ? 0u : 700u};
  });
  EXPECT_EQ(recorded.decisions, logger.bytes());
  EXPECT_EQ(policy.run(Image(plan), logger.bytes().size()).decisions, logger.bytes());
  EXPECT_EQ(policy.run(Image(plan), logger.bytes().size() - 4).code, kAssayOutputFull);
  EXPECT_EQ(policy.run(Image(plan), 400).code, kAssayOutputFull);
  EXPECT_EQ(policy.run(Image(plan), 0, 4096).code, kAssayBadArguments);
}

/// Else Clang reads the simulator again with each candidate that is run at full effort.
TEST(CongestionDriver, AsksToBeCompiledApart) { EXPECT_TRUE(driver_text(congestion_contract())->starts_with(sandbox::kCompiledApart)); }

u64 rounded(u64 bytes) { return (bytes + 63) / 64 * 64; }

/// The harness's own defects: each is told apart from what a policy does.
TEST(CongestionDriver, WhatIsNoScenarioOrHasNoRoomIsRefused) {
  const auto contract = congestion_contract();
  const DrivenPolicy policy(contract, policy_text("return 10;"), false);
  const Image image(plan_of(R"({"link": {"mbps": 12}, "seconds": 2, "flows": [{}, {"start_s": 1}]})"));
  std::vector<std::uint64_t> input(image.bytes().size() / 8 + 2), output(most_events(image.scenario()));
  std::memcpy(input.data(), image.bytes().data(), image.bytes().size());
  auto& scenario = *reinterpret_cast<Scenario*>(input.data());
  const u64 shown = contract.record("Flow")->size_bytes + contract.record("History")->size_bytes;
  const u64 state = contract.record("Memory")->size_bytes + contract.record("Pacing")->size_bytes;
  const u64 needed = network_bytes(scenario) + rounded(2 * shown) + rounded(2 * state);
  std::vector<std::uint64_t> arena(needed / 8);
  const AssayRun good{reinterpret_cast<const u8*>(input.data()), image.bytes().size(), nullptr, 0, reinterpret_cast<u8*>(arena.data()), needed,
                      reinterpret_cast<u8*>(output.data()), output.size() * 8, nullptr, 0, 0};
  const auto code = [&](const std::function<void(AssayRun&)>& change) {
    std::ranges::fill(arena, 0);
    AssayRun run = good;
    change(run);
    return policy.call(run);
  };
  EXPECT_LT(code([](AssayRun&) {}), kAssayBrokeContract);
  EXPECT_EQ(code([](AssayRun& run) { run.arena_bytes -= 1; }), kAssayBadArguments);
  EXPECT_EQ(code([](AssayRun& run) { run.arena = nullptr; }), kAssayBadArguments);
  EXPECT_EQ(code([](AssayRun& run) { run.input_bytes -= 8; }), kAssayBadArguments);
  AssayRing ring{};
  EXPECT_EQ(code([&](AssayRun& run) { run.ring = &ring, run.ring_blocks = 1, run.block_bytes = 4098; }), kAssayBadArguments);
  scenario.image_bytes = 0;
  EXPECT_EQ(code([](AssayRun& run) { run.input_bytes = sizeof(Scenario) - 8; }), kAssayBadArguments);
  scenario.image_bytes = image.bytes().size(), scenario.magic ^= 1;
  EXPECT_EQ(code([](AssayRun&) {}), kAssayBadArguments);
}

TEST(CongestionDriver, AContractMayDeclareAnySubsetInAnyOrder) {
  const auto contract = tasks::read_contract_text(R"(#pragma once
#include "policies/abi/assay.h"
struct Memory { i64 events ASSAY_FIELD("", 0, 1LL << 40); };
struct History { Array<i64, 3> rate ASSAY_FIELD("", 0, 1LL << 40); };
struct Flow { i64 window ASSAY_FIELD("packets", 2, 1LL << 20); };
i64 on_timeout(Memory& memory) ASSAY_RETURNS("packets", 2, 100);
i64 on_ack(Memory& memory, const Flow& flow) ASSAY_RETURNS("packets", 2, 100);
i64 on_loss() ASSAY_RETURNS("packets", 2, 100);
)", "policy.h");
  ASSERT_TRUE(contract) << contract.error().what;
  const DrivenPolicy policy(*contract, "i64 on_timeout(Memory&) { return 2; }\ni64 on_ack(Memory& memory, const Flow& flow) { memory.events += 1; return flow.window < 50 ? "
                                       "flow.window + 1 : 50; }\ni64 on_loss() { return 20; }\n");
  const Plan plan = plan_of(kPaths[0]);
  const Logger logger = run(plan, [](const Asked& asked) {
    const auto window = static_cast<std::uint64_t>(asked.view.window);
    return Decision{asked.event == Event::timeout ? 2 : asked.event == Event::loss ? 20 : window < 50 ? window + 1 : 50, 0};
  });
  EXPECT_EQ(policy.run(Image(plan)).decisions, logger.bytes());
}

std::string contract_complaint(const std::string& from, const std::string& to) {
  std::string text = congestion_contract().text;
  const auto at = text.find(from);
  if (at == std::string::npos) return "no such text: " + from;
  text.replace(at, from.size(), to);
  const auto contract = tasks::read_contract_text(text, "policy.h");
  if (!contract) return "does not read: " + contract.error().what;
  const auto fits = check_contract(*contract);
  return fits ? "" : fits.error().what;
}

TEST(CongestionContract, WhatTheDriverCannotServeIsRefused) {
  ASSERT_TRUE(check_contract(congestion_contract()));
  const std::string window = "i64 window ASSAY_FIELD(\"packets\", kMinWindow, kMaxWindow);";
  const std::pair<std::string, std::string> changes[] = {{window, "i64 windows ASSAY_FIELD(\"packets\", kMinWindow, kMaxWindow);"},
                                                         {window, "i64 window ASSAY_FIELD(\"packets\", 2, 1000);"},
                                                         {"kMinWindow = 2", "kMinWindow = 1"},
                                                         {"i64 on_loss(", "i64 on_lost("},
                                                         {"i64 credit ASSAY_FIELD(\"packets\", 0, kMaxCount)", "bool credit"},
                                                         {"i64 rate ASSAY_FIELD(\"packets/s\", 0, kMaxRate);  ///< at most", "i64 rate ASSAY_FIELD(\"packets/s\", 0, 1LL << 40);  ///< at most"}};
  const std::string expected[] = {"the driver cannot fill Flow.windows", "Flow.window is declared 2 to 1000", "\"on_ack\" may answer 1 to 1048576",
                                  "\"on_loss\" is missing", "Memory.credit must be an i64", "Pacing.rate must lie within 0 to 4294967295"};
  for (std::size_t i = 0; i < std::size(changes); ++i)
    EXPECT_NE(contract_complaint(changes[i].first, changes[i].second).find(expected[i]), std::string::npos) << contract_complaint(changes[i].first, changes[i].second);
}

}  // namespace
}  // namespace assay::evaluators::congestion
