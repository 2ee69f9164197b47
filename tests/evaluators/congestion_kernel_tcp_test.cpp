// The kernel's own TCP on the emulated path. What it does in a second of real time is the machine's; what is held are sums that must be right and
// refusals.

#include "tests/evaluators/congestion_kernel_making.h"
#include "tests/evaluators/congestion_making.h"

namespace assay::evaluators::congestion::kernel {
namespace {

Result<RunOutcome> run_of(const std::string& settings, const std::string& algorithm) {
  const Plan plan = plan_of(settings);
  auto flows = flow_plans(plan, algorithm);
  if (!flows) return std::unexpected(flows.error());
  auto run = run_on_kernel(plan, *flows, {});
  for (int again = 0; again < 4 && run && !*run; ++again) run = run_on_kernel(plan, *flows, {});
  return run;
}

/// A machine that is too busy five times for a second has no figure: that is what it must say, and there is nothing more to hold.
#define NEEDS_FIGURE(run)                 \
  ASSERT_TRUE(run) << (run).error().what; \
  if (!*(run)) GTEST_SKIP() << name_of((run)->error().kind) << ": " << (run)->error().why

TEST(KernelTcp, OneFlowFillsTheLinkAndItsSumsAreRight) {
  NEEDS_KERNEL_PATH();
  const auto run = run_of(R"({"link": {"mbps": 12}, "delay_ms": 15, "queue": {"packets": 10}, "seconds": 1.2})", "reno");
  NEEDS_FIGURE(run);
  const Measured& measured = (*run)->measured;
  const FlowCount& flow = measured.flows[0];
  EXPECT_EQ((*run)->data_packets, flow.sent);
  EXPECT_EQ((*run)->short_packets, 0u);
  EXPECT_GE(flow.sent, flow.arrived + flow.dropped);
  EXPECT_LE(flow.sent, flow.arrived + flow.dropped + 11);  // in the queue and on the link
  EXPECT_LE(measured.utilisation, 1.0);
  EXPECT_GT(measured.utilisation, 0.3);
  EXPECT_LE(measured.p95_queueing_ms, 11);  // ten packets of a millisecond
  EXPECT_GT(flow.dropped, 0u);              // slow start overshoots so short a queue
  EXPECT_GT((*run)->flows[0].retransmitted, 0u);
  EXPECT_GE((*run)->flows[0].min_rtt_ms, 29.9);
}

TEST(KernelTcp, MarksReachTheSenderInPlaceOfLosses) {
  NEEDS_KERNEL_PATH();
  const auto run = run_of(R"({"link": {"mbps": 12}, "delay_ms": 40, "queue": {"packets": 400, "red": {"min": 5, "max": 6, "probability": 1, "shift": 0}}, "ecn": true, "seconds": 1})", "reno");
  NEEDS_FIGURE(run);
  EXPECT_GT((*run)->flows[0].marked, 0u);
  EXPECT_EQ((*run)->measured.flows[0].dropped, 0u);
}

TEST(KernelTcp, FlowsStartAndStopAndOthersAreNotMeasured) {
  NEEDS_KERNEL_PATH();
  const auto run = run_of(
      R"({"link": {"mbps": 12}, "delay_ms": 15, "seconds": 1.2, "flows": [{"stop_s": 0.6}, {"algorithm": "cubic", "start_s": 0.4, "extra_rtt_ms": 15}, {"algorithm": "constant", "mbps": 2}]})", "reno");
  NEEDS_FIGURE(run);
  const auto& flows = (*run)->measured.flows;
  EXPECT_GT(flows[0].arrived, 0u);
  EXPECT_GT(flows[1].arrived, 0u);
  EXPECT_NEAR(static_cast<double>(flows[2].sent), 200, 2);  // 2 Mbit/s of 1500 bytes for 1.2 s
  EXPECT_GE((*run)->flows[1].min_rtt_ms, 44.9);
  EXPECT_EQ((*run)->flows[2].min_rtt_ms, 0);  // nobody's connection
}

TEST(KernelTcp, WhatTheKernelHasNotIsNamed) {
  NEEDS_KERNEL_PATH();
  const auto unknown = run_of(R"({"link": {"mbps": 12}, "seconds": 1})", "swift_fox");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().what.find("swift_fox"), std::string::npos);
  EXPECT_NE(unknown.error().what.find("reno"), std::string::npos);
  EXPECT_EQ(unknown.error().fault, Fault::harness);
  EXPECT_TRUE(check_congestion_control("reno"));
  EXPECT_FALSE(check_congestion_control("swift_fox"));
  EXPECT_FALSE(check_congestion_control(""));
  const auto vegas = run_of(R"({"link": {"mbps": 12}, "seconds": 1, "flows": [{}, {"algorithm": "vegas"}]})", "reno");
  ASSERT_FALSE(vegas);
  EXPECT_NE(vegas.error().what.find("Vegas"), std::string::npos);
  EXPECT_FALSE(run_of(R"({"link": {"mbps": 12}, "seconds": 1, "packet_bytes": 100})", "reno"));
}

TEST(KernelTcp, AStoppedRunIsNoMeasurement) {
  NEEDS_KERNEL_PATH();
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "seconds": 600})");
  std::stop_source stop;
  stop.request_stop();
  const std::size_t descriptors = open_descriptors();
  const auto run = run_on_kernel(plan, *flow_plans(plan, "reno"), stop.get_token());
  ASSERT_TRUE(run);
  ASSERT_FALSE(*run);
  EXPECT_EQ(run->error().kind, Invalid::Kind::interrupted);
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace assay::evaluators::congestion::kernel
