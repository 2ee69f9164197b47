// What the scorer takes, what it refuses, and what another future changes.

#include <gtest/gtest.h>

#include "congestion_making.h"
#include "evaluators/congestion/mahimahi.h"

namespace assay::evaluators::congestion {
namespace {

const std::string kPath = R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 30}, "loss": 0.01, "seconds": 3, "flows": [{}, {"start_s": 0.5}]})";

std::vector<std::byte> bytes_of(const std::vector<std::uint32_t>& words) {
  std::vector<std::byte> bytes(words.size() * 4);
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

/// Window by the clock, paced at times.
Decision by_clock(const Asked& asked) {
  return {10 + asked.ns / kMillisecond % 50, asked.ns / kSecond % 2 == 0 ? 0u : 700u};
}

std::string refusal(const std::vector<std::uint32_t>& words) {
  const auto measured = replay_decisions(Image(plan_of(kPath)), bytes_of(words));
  return measured ? "" : std::string(name_of(measured.error().kind)) + ": " + measured.error().detail;
}

TEST(CongestionScorer, ReplaysExactlyTheRunThatWasRecorded) {
  const Plan plan = plan_of(kPath);
  const Logger logger = run(plan, by_clock);
  const auto measured = replay_decisions(Image(plan), logger.bytes());
  ASSERT_TRUE(measured) << measured.error().detail;
  std::uint64_t arrived[2] = {}, dropped[2] = {};
  for (const Departure& each : logger.departures) ++(each.arrived ? arrived : dropped)[each.flow];
  for (int i : {0, 1}) EXPECT_EQ(measured->flows[i].arrived, arrived[i]);
  EXPECT_EQ(measured->flows[0].dropped + measured->flows[1].dropped, dropped[0] + dropped[1] + logger.drops);
  EXPECT_EQ(measured->flows[0].sent + measured->flows[1].sent, logger.sent_ns.size());
}

TEST(CongestionScorer, ForgedDecisionsAreRefused) {
  const auto good = run(plan_of(kPath), by_clock).words;
  ASSERT_EQ(refusal(good), "");
  auto words = good;
  words.pop_back();
  EXPECT_NE(refusal(words).find("protocol_violation"), std::string::npos);
  EXPECT_NE(refusal(words).find("the decisions end"), std::string::npos);
  words = good;
  words.push_back(10);
  EXPECT_NE(refusal(words).find("1 decisions are left at the end"), std::string::npos);
  for (std::uint32_t window : {0u, 1u, (1u << 20) + 1, 0x7fffffffu}) {
    words = good;
    words[0] = window;
    EXPECT_NE(refusal(words).find("event 0: a window of " + std::to_string(window)), std::string::npos);
  }
  EXPECT_NE(refusal({10 | kPacingFollows}).find("event 0: the decisions end although a pacing rate"), std::string::npos);
  EXPECT_NE(refusal({10 | kPacingFollows, 0}).find("event 0: the pacing rate is repeated"), std::string::npos);
  EXPECT_NE(refusal({}).find("event 0: the decisions end"), std::string::npos);
  auto bytes = bytes_of(good);
  bytes.pop_back();
  EXPECT_FALSE(replay_decisions(Image(plan_of(kPath)), bytes));
}

/// Whatever is in the stream: it is scored as those windows, or refused, and nothing leaves its memory.
TEST(CongestionScorer, RandomStreamsAreScoredOrRefused) {
  const Image image(plan_of(kPath));
  int scored = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::vector<std::uint32_t> words(chance(seed, 1, 0) % 5000);
    for (std::size_t i = 0; i < words.size(); ++i)
      words[i] = static_cast<std::uint32_t>(seed % 2 == 0 ? chance(seed, 2, i) : 2 + chance(seed, 2, i) % (1u << chance(seed, 3, i) % 20));
    const auto measured = replay_decisions(image, bytes_of(words));
    if (measured) ++scored;
    else EXPECT_EQ(measured.error().kind, OutcomeKind::protocol_violation);
  }
  EXPECT_LT(scored, 200);
}

TEST(CongestionScorer, AnotherFutureChangesNothingBeforeItsMoment) {
  Plan traced = plan_of(R"({"link": {"mbps": 8}, "delay_ms": 10, "seconds": 3})");
  traced.scenario.link_kind = kTraceLink;
  traced.opportunities = repeated({1, 2, 3, 5}, 3000);
  for (const Plan& plan : {plan_of(kPath), plan_of(R"({"link": {"steps": [[0, 12], [1, 3], [2, 20]]}, "delay_ms": 10, "seconds": 3})"), traced})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Plan other = with_other_future(plan, 1'500'000 * kMicrosecond, seed);
      const Logger here = run(plan, by_clock), there = run(other, by_clock);
      const auto before = decided_before(Image(plan), 1'500'000, here.bytes()), before_there = decided_before(Image(other), 1'500'000, there.bytes());
      ASSERT_TRUE(before && before_there);
      EXPECT_GT(*before, 400u);
      EXPECT_LT(*before, here.words.size() * 4);
      EXPECT_EQ(*before, *before_there);
      EXPECT_TRUE(std::equal(here.words.begin(), here.words.begin() + static_cast<std::ptrdiff_t>(*before / 4), there.words.begin()));
      EXPECT_NE(here.sent_ns, there.sent_ns);
    }
}

TEST(CongestionScorer, WhatDecidesByTheFutureDecidesOtherwiseBeforeTheMoment) {
  const Plan plan = plan_of(kPath), other = with_other_future(plan, kSecond, 3);
  const auto seer = [](const Plan& all) { return always(all.steps.size() > 1 ? 12 : 30); };
  const Logger here = run(plan, seer(plan)), there = run(other, seer(other));
  const auto before = decided_before(Image(plan), 1'000'000, here.bytes());
  EXPECT_FALSE(std::equal(here.words.begin(), here.words.begin() + static_cast<std::ptrdiff_t>(*before / 4), there.words.begin()));
}

TEST(CongestionScorer, NobodyWritesMoreEventsThanThereIsRoomFor) {
  for (const std::string& path : {kPath, std::string(R"({"link": {"mbps": 12}, "loss": 1, "seconds": 5})"),
                                  std::string(R"({"link": {"walk": {"mbps": 20, "spread": 9, "every_s": 0.02}}, "seconds": 5})")}) {
    const Plan plan = plan_of(path);
    for (std::uint64_t window : {2, 30, 100000}) EXPECT_LE(run(plan, always(window)).asked.size(), most_events(Image(plan).scenario()));
  }
}

TEST(CongestionSettings, WhatIsWrongIsSaid) {
  const std::pair<std::string, std::string> cases[] = {
      {R"([])", "the settings are no JSON object"},
      {R"({})", "\"link\" must be {\"mbps\": n}"},
      {R"({"link": {"mbps": 12, "trace": "x"}})", "one of mbps, steps, walk and trace"},
      {R"({"link": {"mbps": 0}})", "\"mbps\" is 0; it must be a number from 0.01"},
      {R"({"link": {"mbps": "12"}})", "\"mbps\" is \"12\""},
      {R"({"link": {"mbps": 12}, "delay": 20})", "\"delay\" is not a key here"},
      {R"({"link": {"steps": [[1, 2]]}})", "\"steps\" must be [[0, mbps]"},
      {R"({"link": {"steps": [[0, 0], [1, 0]]}})", "the rate is 0 throughout"},
      {R"({"link": {"mbps": 12}, "queue": {"packets": 3, "bdp": 1}})", "one of packets, bytes and bdp"},
      {R"({"link": {"mbps": 12}, "queue": {"packets": 0}})", "\"packets\" is 0"},
      {R"({"link": {"mbps": 12}, "queue": {"bytes": 100}})", "a queue of 0 packets"},
      {R"({"link": {"mbps": 12}, "ecn": true})", "\"ecn\" needs a queue that marks"},
      {R"({"link": {"mbps": 12}, "queue": {"bdp": 1, "red": {"min": 5, "max": 5}}})", "min must be less than max"},
      {R"({"link": {"mbps": 12}, "loss": 1.5})", "\"loss\" is 1.5"},
      {R"({"link": {"mbps": 12}, "burst": {"enter": 0.1}})", "\"burst\" must be"},
      {R"({"link": {"mbps": 12}, "flows": []})", "\"flows\" must be a list of 1 to 64"},
      {R"({"link": {"mbps": 12}, "flows": [{"algorithm": "reno"}]})", "none is the candidate's"},
      {R"({"link": {"mbps": 12}, "flows": [{}, {"algorithm": "renno"}]})", "\"algorithm\" is \"renno\""},
      {R"({"link": {"mbps": 12}, "seconds": 1e9})", "\"seconds\" is 1000000000.0"},
  };
  for (const auto& [text, expected] : cases) EXPECT_NE(complaint(text).find(expected), std::string::npos) << text << "\n" << complaint(text);
}

}  // namespace
}  // namespace assay::evaluators::congestion
