#include <gtest/gtest.h>

#include "congestion_making.h"
#include "evaluators/congestion/mahimahi.h"

namespace assay::evaluators::congestion {
namespace {

std::string complaint_of(std::string_view text) {
  const auto read = read_mahimahi_text(text, "a.trace");
  return read ? "" : read.error().what;
}

TEST(Mahimahi, ATraceIsOneMillisecondALine) {
  EXPECT_EQ(read_mahimahi_text("0\n1\n1\n5\n", "a"), (std::vector<std::uint32_t>{0, 1, 1, 5}));
  EXPECT_EQ(read_mahimahi_text("7", "a"), (std::vector<std::uint32_t>{7}));
}

TEST(Mahimahi, WhatIsNoTraceIsRefusedWithItsLine) {
  const std::pair<std::string_view, std::string> cases[] = {
      {"", "a.trace: no delivery opportunity"},
      {"0\n0\n", "a.trace:2: the last opportunity is at 0"},
      {"1\n\n2\n", "a.trace:2: an empty line"},
      {"1\n2\r\n", "a.trace:2: ends in a carriage return"},
      {"1\nx\n", "a.trace:2: \"x\" is no whole number"},
      {"1\n-2\n", "a.trace:2: \"-2\" is no whole number"},
      {"1.5\n", "a.trace:1: \"1.5\" is no whole number"},
      {"1 \n", "a.trace:1: \"1 \" is no whole number"},
      {"99999999999\n", "a.trace:1: \"99999999999\" is no whole number"},
      {"2000000000\n", "a.trace:1: 2000000000 is beyond"},
      {"5\n3\n", "a.trace:2: 3 comes after 5"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(complaint_of(text).substr(0, expected.size()), expected);
  EXPECT_NE(read_mahimahi("/nowhere/x").error().what.find("/nowhere/x"), std::string::npos);
}

TEST(Mahimahi, TheScheduleRepeatsLaterByItsLastMillisecond) {
  EXPECT_EQ(repeated({1, 1, 5}, 11), (std::vector<std::uint32_t>{1, 1, 5, 6, 6, 10, 11, 11}));
  EXPECT_EQ(repeated({0, 2}, 5), (std::vector<std::uint32_t>{0, 2, 2, 4, 4}));
}

Plan trace_plan(std::vector<std::uint32_t> schedule, double seconds, std::uint64_t packet_bytes = 1500) {
  Plan plan = plan_of(R"({"link": {"mbps": 1}, "delay_ms": 20, "queue": {"packets": 20}, "seconds": )" + std::to_string(seconds) +
                      R"(, "packet_bytes": )" + std::to_string(packet_bytes) + "}");
  plan.scenario.link_kind = kTraceLink;
  plan.scenario.receive_window = 100;
  plan.opportunities = repeated(schedule, plan.scenario.duration_ns / kMillisecond);
  return plan;
}

std::vector<std::uint64_t> departures_ms(const Logger& logger) {
  std::vector<std::uint64_t> ms;
  for (const Departure& each : logger.departures) ms.push_back(each.now / kMillisecond);
  return ms;
}

/// The first ten go with one opportunity each; those from 16 to 41 ms find nothing, and what arrives at 41 has missed 41.
TEST(Mahimahi, AnOpportunityWithAnEmptyQueueIsWasted) {
  const Plan plan = trace_plan({1, 1, 5}, 0.05);
  const Logger logger = run(plan, always(10));
  EXPECT_EQ(departures_ms(logger), (std::vector<std::uint64_t>{1, 1, 5, 6, 6, 10, 11, 11, 15, 16, 45, 46, 46, 50}));
  const auto measured = replay_decisions(Image(plan), logger.bytes());
  EXPECT_DOUBLE_EQ(measured->utilisation, 14.0 * 1500 / (30.0 * 1504));  // thirty opportunities in 50 ms
}

/// 1504 bytes carry 752 twice, and 1000 one and a half times.
TEST(Mahimahi, AnOpportunityCarriesBytesOverPacketBorders) {
  EXPECT_EQ(departures_ms(run(trace_plan({2}, 0.02, 752), always(10))), (std::vector<std::uint64_t>{2, 2, 4, 4, 6, 6, 8, 8, 10, 10}));
  EXPECT_EQ(departures_ms(run(trace_plan({2}, 0.02, 1000), always(10))), (std::vector<std::uint64_t>{2, 4, 4, 6, 8, 8, 10, 12, 12, 14}));
}

/// The packet that has begun is on the link: two more wait, seven of ten are dropped, as in Mahimahi, where it has left the queue.
TEST(Mahimahi, APacketInTransitTakesNoPlaceInTheQueue) {
  Plan plan = trace_plan({1, 30}, 0.03);
  plan.scenario.queue_packets = 2;
  const Logger logger = run(plan, always(10));
  EXPECT_EQ(logger.drops, 8u);  // nothing is on the link before the first opportunity
  EXPECT_EQ(departures_ms(logger), (std::vector<std::uint64_t>{1, 30}));
}

TEST(Mahimahi, SettingsNameTheTraceThatCannotBeRead) {
  EXPECT_NE(complaint(R"({"link": {"trace": "no/such.trace"}})").find("no/such.trace"), std::string::npos);
}

}  // namespace
}  // namespace assay::evaluators::congestion
