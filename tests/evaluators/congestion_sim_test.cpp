// Laws that hold on any path under any policy, and small runs computed by hand.

#include <gtest/gtest.h>

#include "congestion_making.h"

namespace assay::evaluators::congestion {
namespace {

const std::string kPaths[] = {
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 40}, "seconds": 4})",
    R"({"link": {"steps": [[0, 12], [1, 0], [1.5, 30], [2.5, 0.5]]}, "delay_ms": 5, "queue": {"packets": 10}, "seconds": 4})",
    R"({"link": {"walk": {"mbps": 8, "spread": 6, "seed": 3}}, "delay_ms": 10, "queue": {"bytes": 45000}, "loss": 0.02, "seconds": 4})",
    R"({"link": {"mbps": 20}, "delay_ms": 10, "queue": {"packets": 100, "codel": {}}, "burst": {"enter": 0.01, "leave": 0.2}, "seconds": 4})",
    R"({"link": {"mbps": 20}, "delay_ms": 10, "queue": {"packets": 100, "red": {"min": 5, "max": 15, "shift": 4}}, "ack_interval_ms": 7, "seconds": 4})",
    R"({"link": {"mbps": 15}, "delay_ms": 8, "queue": {"packets": 30, "codel": {}}, "ecn": true, "seconds": 4,
        "flows": [{}, {"start_s": 0.5, "extra_rtt_ms": 13}, {"algorithm": "cubic", "start_s": 1}, {"algorithm": "constant", "mbps": 2, "start_s": 1, "stop_s": 2}]})",
    R"({"link": {"mbps": 10}, "delay_ms": 10, "queue": {"packets": 20, "red": {"min": 5, "max": 6, "probability": 1, "shift": 0}}, "ecn": true, "seconds": 4,
        "flows": [{}, {"algorithm": "reno"}, {"algorithm": "vegas", "start_s": 1}]})",
};

/// Windows and pacing that jump about, the same each time.
std::function<Decision(const Asked&)> wild(std::uint64_t seed) {
  return [seed, n = std::uint64_t{0}](const Asked&) mutable {
    const std::uint64_t draw = chance(seed, 20, n++);
    return Decision{2 + draw % (draw % 7 == 0 ? 5000 : 60), draw % 5 == 0 ? draw % 4000 : 0};
  };
}

TEST(CongestionLaws, WhatIsSentIsArrivedDroppedOrStillThere) {
  for (const auto& path : kPaths)
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      Simulation simulation(plan_of(path));
      Logger logger{.rule = wild(seed), .on_sent = {}};
      ASSERT_TRUE(simulation.run(logger));
      Network& network = simulation.network();
      const std::uint64_t arrived = std::ranges::count_if(logger.departures, &Departure::arrived), lost = logger.departures.size() - arrived;
      const std::uint64_t there = length(network.queue) + (network.link.serving ? 1 : 0);
      EXPECT_EQ(logger.sent_ns.size(), arrived + lost + logger.drops + there) << path;
      EXPECT_GT(arrived, 100u) << path;
      for (std::uint64_t i = 0; i < network.flows; ++i) {
        const Sender& sender = network.senders[i];
        EXPECT_EQ(sender.next, sender.inflight + (sender.delivered - sender.late) + sender.lost) << path;
      }
    }
}

TEST(CongestionLaws, NoPacketOvertakesAnother) {
  for (const auto& path : kPaths) {
    const Logger logger = run(plan_of(path), wild(5));
    std::map<std::uint32_t, std::uint64_t> next;
    std::uint64_t queued = 0, left = 0;
    for (const Departure& each : logger.departures) {
      EXPECT_GE(each.number, next[each.flow]);
      next[each.flow] = each.number + 1;
      EXPECT_GE(each.queued_ns, queued);
      EXPECT_GE(each.now, left);
      EXPECT_GE(each.begun_ns, each.queued_ns);
      EXPECT_GE(each.now, each.begun_ns);
      queued = each.queued_ns;
      left = each.now;
    }
  }
}

TEST(CongestionLaws, NothingIsSentBeyondTheWindow) {
  for (const auto& path : kPaths) {
    Simulation simulation(plan_of(path));
    std::uint64_t full = 0;
    Logger logger{.rule = wild(6), .on_sent = [&](std::uint32_t flow, std::uint64_t) {
      const Sender& sender = simulation.network().senders[flow];
      ASSERT_LE(sender.inflight, sender.decision.window);
      full += sender.inflight == sender.decision.window;
    }};
    simulation.run(logger);
    EXPECT_GT(full, 0u) << path;
  }
}

TEST(CongestionLaws, TheLinkCarriesNoMoreThanItCan) {
  for (const auto& path : kPaths)
    for (std::uint64_t window : {2, 50, 3000}) {
      const Plan plan = plan_of(path);
      const auto measured = replay_decisions(Image(plan), run(plan, always(window)).bytes());
      ASSERT_TRUE(measured) << measured.error().detail;
      EXPECT_LE(measured->utilisation, 1) << path;
      EXPECT_GT(measured->utilisation, 0.01) << path;
    }
  const Plan plan = plan_of(kPaths[0]);
  EXPECT_GT(replay_decisions(Image(plan), run(plan, always(70)).bytes())->utilisation, 0.98);
}

TEST(CongestionLaws, AQueueHoldsNoMoreThanItsLimit) {
  for (const auto& path : kPaths) {
    Simulation simulation(plan_of(path));
    std::uint64_t most = 0;
    Logger logger{.rule = wild(7), .on_sent = [&](std::uint32_t, std::uint64_t) { most = larger(most, length(simulation.network().queue)); }};
    simulation.run(logger);
    EXPECT_LE(most, simulation.image().scenario().queue_packets) << path;
    EXPECT_GT(most, 5u) << path;
  }
}

TEST(CongestionLaws, TheSameScenarioAndDecisionsGiveTheSameRun) {
  for (const auto& path : kPaths) {
    const Logger one = run(plan_of(path), wild(8)), two = run(plan_of(path), wild(8)), other = run(plan_of(path), wild(9));
    EXPECT_EQ(one.sent_ns, two.sent_ns);
    EXPECT_EQ(one.words, two.words);
    EXPECT_NE(one.sent_ns, other.sent_ns);
  }
}

/// A packet takes 1 ms, a round trip 40 ms and that: ten of them each 41 ms.
TEST(CongestionByHand, AWindowOfTenTurnsRoundOnceIn41Milliseconds) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 40}, "seconds": 1})");
  const Logger logger = run(plan, always(10));
  ASSERT_EQ(logger.departures.size(), 250u);
  for (std::size_t i = 0; i < 250; ++i) EXPECT_EQ(logger.departures[i].now, (i / 10 * 41 + i % 10 + 1) * kMillisecond);
  EXPECT_EQ(logger.asked.front().ns, 41 * kMillisecond);
  EXPECT_EQ(logger.asked.front().view.rtt, 41'000);
  EXPECT_EQ(logger.asked.back().view.rtt, 41'000);
  EXPECT_EQ(logger.asked[9].view.rtt, 50'000);  // the last of the first ten waited for nine
  EXPECT_EQ(logger.asked.back().view.min_rtt, 41'000);
  EXPECT_EQ(logger.asked.back().view.max_rtt, 50'000);
  const auto measured = replay_decisions(Image(plan), logger.bytes());
  EXPECT_DOUBLE_EQ(measured->utilisation, 0.25);
  EXPECT_DOUBLE_EQ(measured->megabits, 3);
  EXPECT_DOUBLE_EQ(measured->mean_queueing_ms, 45.0 / 250);
  EXPECT_DOUBLE_EQ(measured->p95_queueing_ms, 0);
  EXPECT_DOUBLE_EQ(measured->policysmith, 3 / 1e-5);
  EXPECT_DOUBLE_EQ(measured->power, 3 / 0.02);
}

/// One on the link and three behind it; six of the first ten are dropped. Packets 10 to 13 go out at 41 to 44 ms and are heard
/// of 41 ms later: the first one shows that 4 to 7 are lost, the next ones 8 and 9.
TEST(CongestionByHand, ThreeAcknowledgedAfterItMakeAPacketLost) {
  const std::string path = R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 3}, "seconds": )";
  EXPECT_EQ(run(plan_of(path + "0.08}"), always(10)).drops, 6u);
  const Logger logger = run(plan_of(path + "0.09}"), always(10));
  ASSERT_GE(logger.asked.size(), 7u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(logger.asked[i].view.lost, 0);
  EXPECT_EQ(logger.asked[4].ns, 82 * kMillisecond);
  EXPECT_EQ(logger.asked[4].event, Event::loss);
  EXPECT_EQ(logger.asked[4].view.lost, 4);
  EXPECT_EQ(logger.asked[4].view.recovering, 1);
  EXPECT_EQ(logger.asked[5].event, Event::ack);  // the same bout
  EXPECT_EQ(logger.asked[5].view.lost, 1);
  EXPECT_EQ(logger.asked[6].view.lost, 1);
  EXPECT_EQ(logger.asked[6].view.total_lost, 6);
}

TEST(CongestionByHand, WithoutAcknowledgementsTheTimeoutDoublesFromOneSecond) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "loss": 1, "seconds": 8})");
  const Logger logger = run(plan, always(4));
  ASSERT_EQ(logger.asked.size(), 3u);
  for (const Asked& each : logger.asked) EXPECT_EQ(each.event, Event::timeout);
  EXPECT_EQ(logger.asked[0].ns, 1 * kSecond);
  EXPECT_EQ(logger.asked[1].ns, 3 * kSecond);
  EXPECT_EQ(logger.asked[2].ns, 7 * kSecond);
  EXPECT_EQ(logger.asked[0].view.lost, 10);
  EXPECT_EQ(logger.asked[1].view.lost, 4);
  EXPECT_EQ(logger.asked[0].view.recovering, 0);
  EXPECT_EQ(logger.sent_ns.size(), 22u);
}

/// After the first round trip, whose burst was not paced, one packet each 10 ms.
TEST(CongestionByHand, PacingSpacesPackets) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "seconds": 1})");
  const Logger logger = run(plan, always(1000, 100));
  for (std::size_t i = 11; i < logger.sent_ns.size(); ++i) EXPECT_EQ(logger.sent_ns[i] - logger.sent_ns[i - 1], 10 * kMillisecond);
  EXPECT_EQ(logger.sent_ns[10], 41 * kMillisecond);
  EXPECT_EQ(logger.sent_ns.size(), 10u + 96);
  EXPECT_EQ(logger.asked.back().view.rate, 100);
}

/// 1000 packets a second pass, and the window does not hold the flow back.
TEST(CongestionByHand, TheDeliveryRateIsWhatTheLinkPasses) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 100}, "seconds": 2})");
  const Logger logger = run(plan, always(80));
  EXPECT_EQ(logger.asked.back().view.rate, 1000);
  EXPECT_EQ(logger.asked.back().view.round_rate[0], 1000);
  EXPECT_EQ(logger.asked.back().view.round_delivered[0], 80);
  EXPECT_EQ(logger.asked.back().view.round_rtt[0], 80'000);
}

TEST(CongestionByHand, AcknowledgementsThatComeTogetherAreOneEvent) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "ack_interval_ms": 5, "seconds": 0.06})");
  const Logger logger = run(plan, always(10));
  ASSERT_GE(logger.asked.size(), 2u);  // 41 to 45 ms at 45, 46 to 50 at 50
  EXPECT_EQ(logger.asked[0].ns, 45 * kMillisecond);
  EXPECT_EQ(logger.asked[0].view.acked, 5);
  EXPECT_EQ(logger.asked[1].ns, 50 * kMillisecond);
  EXPECT_EQ(logger.asked[1].view.acked, 5);
}

/// The first ten are gone by 10 ms. At 41 ms 191 come at once: the sixth of them has waited 5 ms when it is taken, at 46 ms; a whole interval
/// later the first one goes, the next ones after 100 and 100 / sqrt(2) ms (RFC 8289): at 146, 246 and 317 ms.
TEST(CongestionByHand, CoDelDropsByItsControlLaw) {
  const std::string path = R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 500, "codel": {}}, "seconds": 0.36)";
  EXPECT_EQ(run(plan_of(path + "}"), always(200)).drops, 3u);
  std::vector<std::uint64_t> moments;  // a millisecond on the link and 40 ms later
  const Logger marked = run(plan_of(path + R"(, "ecn": true})"), [&](const Asked& asked) {
    if (asked.view.marked > 0) moments.push_back(asked.ns / kMillisecond);
    return Decision{200, 0};
  });
  EXPECT_EQ(marked.drops, 0u);
  EXPECT_EQ(moments, (std::vector<std::uint64_t>{187, 287, 358}));
}

/// Up to five wait unmarked; from then on whoever finds six or more is marked.
TEST(CongestionByHand, RedWithoutAnAverageMarksFromItsMaximumOn) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 50, "red": {"min": 5, "max": 6, "probability": 1, "shift": 0}},
                               "ecn": true, "seconds": 0.06})");
  const Logger logger = run(plan, always(10));
  std::vector<std::int64_t> marked;
  for (std::size_t i = 0; i < 10; ++i) marked.push_back(logger.asked[i].view.marked);
  EXPECT_EQ(marked, (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}));
}

TEST(CongestionByHand, LossesComeAsOftenAsAsked) {
  const auto share = [](const std::string& rest) {
    const Logger logger = run(plan_of(R"({"link": {"mbps": 100}, "delay_ms": 5, "seconds": 5, )" + rest + "}"), always(300));
    return 1 - static_cast<double>(std::ranges::count_if(logger.departures, &Departure::arrived)) / static_cast<double>(logger.departures.size());
  };
  EXPECT_NEAR(share(R"("loss": 0.05)"), 0.05, 0.005);
  // In a burst one time in six: enter / (enter + leave).
  EXPECT_NEAR(share(R"("burst": {"enter": 0.02, "leave": 0.1, "loss": 0.6})"), 0.1, 0.015);
}

TEST(CongestionByHand, EqualFlowsShareEvenly) {
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 100}, "flows": [{}, {"start_s": 2}], "seconds": 10})");
  const auto even = replay_decisions(Image(plan), run(plan, always(40)).bytes());
  EXPECT_NEAR(even->jain, 1, 0.001);
  EXPECT_LE(even->convergence_s, 0.5);
  const auto uneven = replay_decisions(Image(plan), run(plan, [](const Asked& asked) { return Decision{asked.flow == 0 ? 72u : 8u, 0}; }).bytes());
  EXPECT_NEAR(uneven->jain, 1 / (2 * (0.81 + 0.01)), 0.02);  // nine to one
  EXPECT_DOUBLE_EQ(uneven->convergence_s, 8);
}

}  // namespace
}  // namespace assay::evaluators::congestion
