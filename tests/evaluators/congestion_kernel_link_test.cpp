// The link emulator's path without a clock: it must be the simulator's, packet for packet.

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "evaluators/congestion/kernel/link_lateness.h"
#include "evaluators/congestion/kernel/link_packet.h"
#include "evaluators/congestion/kernel/link_path.h"
#include "tests/evaluators/congestion_making.h"

namespace assay::evaluators::congestion::kernel {
namespace {

constexpr std::uint64_t kLead = 123'456'789;

struct Sent {
  std::uint32_t flow;
  std::uint64_t at_ns;
};

/// What a simulation does: which packets it sends when, and what the scorer says of it.
struct Simulated {
  Measured measured;
  std::vector<Sent> sent;
  std::vector<Departure> departures;
};

Simulated simulated(const Plan& plan, std::function<Decision(const Asked&)> rule) {
  Simulated result;
  Logger logger{.rule = std::move(rule), .on_sent = [&](std::uint32_t flow, std::uint64_t now) { result.sent.push_back({flow, now}); }};
  Simulation simulation(plan);
  simulation.run(logger);
  result.measured = *replay_decisions(simulation.image(), logger.bytes());
  result.departures = std::move(logger.departures);
  return result;
}

/// The same packets at the same moments into the path. `markable`: of which packets.
struct Emulated {
  Measured measured;
  std::vector<Delivery> received;
  std::vector<std::uint64_t> heard_ns;  ///< when the sender hears of each, in order of time
  std::size_t slots_left = 0;
};

/// Moves to `until`, with every arrival answered at once.
void advance(Path& path, PacketPool& pool, Emulated& result, std::uint64_t until) {
  path.advance(until);
  while (const auto delivery = path.due(until)) {
    const std::uint32_t flow = std::to_integer<std::uint32_t>(pool.room(delivery->slot)[0]);
    if (delivery->to == End::receiver) {
      result.received.push_back(*delivery);
      path.acknowledgement(delivery->slot, flow, delivery->at_ns);
    } else {
      result.heard_ns.push_back(delivery->at_ns);
      pool.give_back(delivery->slot);
    }
  }
}

Emulated emulated(const Plan& plan, const std::vector<Sent>& sent, const std::function<bool(const Sent&)>& markable = [](const Sent&) { return true; }) {
  const Image image(plan);
  PacketPool pool(64);
  Path path(image, candidates_of(image.scenario()), pool, kLead);
  Emulated result;
  for (const Sent& each : sent) {
    if (plan.flows[each.flow].algorithm == kConstantRate) continue;  // the path sends these itself
    advance(path, pool, result, kLead + each.at_ns);
    const std::uint32_t slot = pool.take();
    pool.room(slot)[0] = static_cast<std::byte>(each.flow);
    path.data(slot, each.flow, markable(each), kLead + each.at_ns);
  }
  advance(path, pool, result, path.end_ns() + kSecond);  // nothing is after the end
  result.measured = std::move(path).measured();
  result.slots_left = pool.taken();
  return result;
}

void expect_same(const Measured& a, const Measured& b, const std::string& what) {
  for (const Metric& metric : metrics()) EXPECT_EQ(metric.of(a), metric.of(b)) << what << ": " << metric.name;
  ASSERT_EQ(a.flows.size(), b.flows.size());
  for (std::size_t i = 0; i < a.flows.size(); ++i) {
    EXPECT_EQ(a.flows[i].sent, b.flows[i].sent) << what;
    EXPECT_EQ(a.flows[i].arrived, b.flows[i].arrived) << what;
    EXPECT_EQ(a.flows[i].dropped, b.flows[i].dropped) << what;
  }
}

/// A sawtooth: losses, idle links and full queues.
Decision sawtooth(const Asked& asked) {
  const std::uint64_t window = static_cast<std::uint64_t>(asked.view.window);
  return {asked.event == Event::ack ? std::min<std::uint64_t>(window + 1, 400) : std::max<std::uint64_t>(window / 2, 2), 0};
}

const char* const kPaths[] = {
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 80}, "seconds": 4})",
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"bytes": 60000}, "seconds": 4, "loss": 0.01})",
    R"({"link": {"steps": [[0, 12], [1, 30], [2, 0], [2.5, 6]]}, "delay_ms": 7, "queue": {"bdp": 1}, "seconds": 4, "flows": [{}, {"start_s": 1, "extra_rtt_ms": 13}]})",
    R"({"link": {"walk": {"mbps": 9, "spread": 4, "every_s": 0.1, "seed": 11}}, "delay_ms": 10, "queue": {"packets": 200, "codel": {}}, "seconds": 4})",
    R"({"link": {"mbps": 24}, "delay_ms": 5, "queue": {"packets": 200, "red": {"min": 10, "max": 40}}, "seconds": 4})",
    R"({"link": {"mbps": 24}, "delay_ms": 5, "queue": {"packets": 200, "red": {"min": 16, "max": 17, "probability": 1, "shift": 0}}, "ecn": true, "seconds": 4})",
    R"({"link": {"mbps": 24}, "delay_ms": 5, "queue": {"packets": 200, "codel": {}}, "ecn": true, "seconds": 4})",
    R"({"link": {"mbps": 15}, "delay_ms": 22, "queue": {"bdp": 1}, "burst": {"enter": 0.01, "leave": 0.2, "loss": 0.5}, "ack_interval_ms": 8, "seconds": 4})",
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 80}, "seconds": 4, "flows": [{}, {"algorithm": "constant", "mbps": 5, "start_s": 0.7, "stop_s": 3}]})",
    // Cross traffic that comes to a full queue at the very moments at which the link takes from it.
    R"({"link": {"mbps": 12}, "delay_ms": 20, "queue": {"packets": 80}, "seconds": 4, "flows": [{"algorithm": "constant", "mbps": 12, "start_s": 0.5}, {}]})",
};

/// Opportunities in bunches and with gaps.
Plan traced() {
  Plan plan = plan_of(kPaths[0]);
  plan.scenario.link_kind = kTraceLink;
  for (std::uint32_t ms = 0, i = 0; ms < 4000; ++i, ms += i % 97 == 0 ? 90 : i % 3) plan.opportunities.push_back(ms);
  return plan;
}

void expect_the_same_path(const Plan& plan, const std::string& what) {
  const Simulated one = simulated(plan, sawtooth);
  ASSERT_GT(one.departures.size(), 500u) << what;
  expect_same(emulated(plan, one.sent).measured, one.measured, what);
}

TEST(KernelLink, ThePathMeasuresWhatTheSimulatorMeasuresOfTheSamePackets) {
  for (const char* settings : kPaths) expect_the_same_path(plan_of(settings), settings);
  expect_the_same_path(traced(), "a trace");
}

TEST(KernelLink, APathThatDiffersByOnePlaceOrOneMicrosecondIsNotTheSame) {
  const Plan plan = plan_of(kPaths[0]);
  const Simulated one = simulated(plan, sawtooth);
  Plan shorter = plan;
  --shorter.scenario.queue_packets;
  EXPECT_NE(emulated(shorter, one.sent).measured.loss, one.measured.loss);
  std::vector<Sent> later = one.sent;
  for (Sent& each : later) each.at_ns += kMicrosecond;
  EXPECT_NE(emulated(plan, later).received.front().at_ns, emulated(plan, one.sent).received.front().at_ns);
}

TEST(KernelLink, APacketAndItsAcknowledgementTakeTheSimulatorsTime) {
  for (const int which : {0, 2, 7}) {
    const Plan plan = plan_of(kPaths[which]);
    const Simulated one = simulated(plan, sawtooth);
    const Emulated other = emulated(plan, one.sent);
    const Image image(plan);
    std::vector<std::uint64_t> arrivals, hearings;
    for (const Departure& departure : one.departures) {
      if (!departure.arrived) continue;
      arrivals.push_back(kLead + departure.now + plan.scenario.delay_ns);
      hearings.push_back(kLead + ack_time(image.scenario(), plan.flows[departure.flow], departure.now));
    }
    std::ranges::sort(hearings);
    ASSERT_LE(other.received.size(), arrivals.size());  // the rest comes after the end
    for (std::size_t i = 0; i < other.received.size(); ++i) ASSERT_EQ(other.received[i].at_ns, arrivals[i]);
    ASSERT_GT(other.heard_ns.size(), 500u);
    for (std::size_t i = 0; i < other.heard_ns.size(); ++i) ASSERT_EQ(other.heard_ns[i], hearings[i]);
  }
}

TEST(KernelLink, WhatTakesNoMarkIsDroppedWhereOthersAreMarked) {
  for (const int which : {5, 6}) {
    const Plan plan = plan_of(kPaths[which]);
    const Simulated one = simulated(plan, sawtooth);
    const Emulated takes = emulated(plan, one.sent), not_one = emulated(plan, one.sent, [](const Sent&) { return false; });
    EXPECT_GT(std::ranges::count(takes.received, true, &Delivery::marked), 10);
    EXPECT_EQ(std::ranges::count(not_one.received, true, &Delivery::marked), 0);
    EXPECT_GT(not_one.measured.loss, takes.measured.loss);
    if (which == 5) {
      EXPECT_LE(not_one.measured.p95_queueing_ms, 9) << "RED drops it before it takes a place: 17 of half a millisecond";
    }
  }
}

TEST(KernelLink, NoSlotIsLost) {
  const Plan plan = plan_of(kPaths[7]);
  Plan longer = plan;
  longer.scenario.duration_ns += 5 * kSecond;  // so that all arrives
  EXPECT_EQ(emulated(longer, simulated(plan, sawtooth).sent).slots_left, 0u);
}

TEST(KernelLink, WhatCarriesNoDataPassesTheQueueBy) {
  const Image image(plan_of(R"({"link": {"mbps": 0.1}, "delay_ms": 20, "queue": {"packets": 1}, "ack_interval_ms": 7, "seconds": 4})"));
  PacketPool pool(64);
  Path path(image, {true}, pool, kLead);
  path.control(pool.take(), 5 * kMillisecond);
  EXPECT_EQ(path.next_ns(), 25 * kMillisecond);
  EXPECT_EQ(path.due(25 * kMillisecond)->to, End::receiver);
  path.acknowledgement(pool.take(), 0, 25 * kMillisecond);
  EXPECT_EQ(path.next_ns(), 45 * kMillisecond);
  EXPECT_EQ(path.due(45 * kMillisecond)->to, End::sender);
  EXPECT_EQ(std::move(path).measured().flows[0].sent, 0u);
}

//

std::vector<std::byte> tcp_packet(unsigned ecn, std::size_t payload) {
  std::vector<std::byte> packet(52 + payload);
  auto put = [&](std::size_t at, unsigned value) { packet[at] = static_cast<std::byte>(value); };
  put(0, 0x45), put(1, ecn), put(2, static_cast<unsigned>(packet.size() >> 8)), put(3, static_cast<unsigned>(packet.size() & 255)), put(6, 0x40), put(8, 64), put(9, 6);
  put(12, 10), put(16, 10), put(19, 2);
  put(20, 0x27), put(21, 0x10), put(22, 0x23), put(23, 0x28), put(32, 0x80);
  const std::uint16_t sum = header_checksum(std::span(packet).first(20));
  put(10, sum >> 8), put(11, sum & 255);
  return packet;
}

TEST(KernelPacket, PortsAndPayloadAreRead) {
  const auto packet = tcp_packet(2, 1448);
  const auto read = read_tcp(packet);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->from_port, 10'000);
  EXPECT_EQ(read->to_port, 9'000);
  EXPECT_EQ(read->bytes, 1500u);
  EXPECT_EQ(read->payload, 1448u);
  EXPECT_TRUE(read->markable);
  EXPECT_FALSE(read_tcp(tcp_packet(0, 1448))->markable);
  EXPECT_EQ(read_tcp(tcp_packet(0, 0))->payload, 0u);
}

TEST(KernelPacket, AMarkKeepsTheChecksumRight) {
  for (unsigned ecn : {1u, 2u, 3u}) {
    auto packet = tcp_packet(ecn, 100);
    ASSERT_EQ(header_checksum(std::span(packet).first(20)), 0);
    mark(packet);
    EXPECT_EQ(std::to_integer<unsigned>(packet[1]) & 3, 3u);
    EXPECT_EQ(header_checksum(std::span(packet).first(20)), 0);
    packet[1] ^= std::byte{1};  // a mark without its mend would be thrown away by the receiver
    EXPECT_NE(header_checksum(std::span(packet).first(20)), 0);
  }
}

TEST(KernelPacket, WhatIsNoWholeTcpPacketIsRefused) {
  const auto good = tcp_packet(0, 10);
  for (std::size_t bytes = 0; bytes < good.size(); ++bytes) EXPECT_FALSE(read_tcp(std::span(good).first(bytes))) << bytes;
  const auto with = [&](std::size_t at, unsigned value) {
    auto packet = good;
    packet[at] = static_cast<std::byte>(value);
    return read_tcp(packet).has_value();
  };
  EXPECT_FALSE(with(0, 0x65));   // IPv6
  EXPECT_FALSE(with(0, 0x44));   // a header too short
  EXPECT_FALSE(with(9, 17));     // UDP
  EXPECT_FALSE(with(6, 0x20));   // a fragment
  EXPECT_FALSE(with(32, 0x40));  // TCP's header too short
  EXPECT_FALSE(with(32, 0xf0));  // and longer than the packet
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {  // whatever comes: no read beyond the end (the sanitizers watch)
    std::vector<std::byte> any(random() % 80);
    for (auto& each : any) each = static_cast<std::byte>(random());
    if (!any.empty()) any[0] = std::byte{0x45};
    if (any.size() > 9) any[2] = std::byte{0}, any[3] = static_cast<std::byte>(any.size()), any[6] = any[7] = std::byte{0}, any[9] = std::byte{6};
    if (const auto read = read_tcp(any)) {
      EXPECT_LE(read->payload + 40, any.size());
    }
  }
}

//

Lateness lateness(const std::vector<std::uint64_t>& late_ns, std::uint64_t round_trip_ns) {
  LatenessMeter meter(allowed_lateness_ns(round_trip_ns));
  for (std::uint64_t each : late_ns) meter.note(each);
  return std::move(meter).summary();
}

TEST(KernelLateness, IsCountedByNearestRank) {
  std::vector<std::uint64_t> late;
  for (std::uint64_t i = 1; i <= 200; ++i) late.push_back(i * 10'000);  // 0.01 to 2 ms
  const Lateness all = lateness(late, 40 * kMillisecond);
  EXPECT_EQ(all.events, 200u);
  EXPECT_DOUBLE_EQ(all.p99_ms, 1.98);
  EXPECT_DOUBLE_EQ(all.max_ms, 2);
  EXPECT_DOUBLE_EQ(all.mean_ms, 1.005);
  EXPECT_DOUBLE_EQ(all.allowed_ms, 0.8);
  EXPECT_DOUBLE_EQ(all.late_share, 0.6);
  late.resize(150);
  EXPECT_DOUBLE_EQ(lateness(late, 40 * kMillisecond).p99_ms, 1.49);
}

TEST(KernelLateness, ARunIsRefusedForManyLateEventsOrOneLongStop) {
  const std::uint64_t round_trip = 40 * kMillisecond;
  std::vector<std::uint64_t> late(1000, 50'000);
  EXPECT_EQ(too_late(lateness(late, round_trip), round_trip), "");
  for (int i = 0; i < 10; ++i) late[static_cast<std::size_t>(i)] = 900'000;
  EXPECT_EQ(too_late(lateness(late, round_trip), round_trip), "") << "1 % may";
  late[10] = 900'000;
  EXPECT_NE(too_late(lateness(late, round_trip), round_trip).find("late"), std::string::npos);
  late.assign(1000, 50'000);
  late[7] = 20 * kMillisecond;
  EXPECT_EQ(too_late(lateness(late, round_trip), round_trip), "");
  late[7] = 21 * kMillisecond;
  EXPECT_NE(too_late(lateness(late, round_trip), round_trip).find("stood still"), std::string::npos);
  EXPECT_EQ(too_late(lateness({}, round_trip), round_trip), "");
}

}  // namespace
}  // namespace assay::evaluators::congestion::kernel
