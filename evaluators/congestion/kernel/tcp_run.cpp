#include "evaluators/congestion/kernel/tcp_run.h"

#include <algorithm>
#include <thread>

namespace assay::evaluators::congestion::kernel {
namespace {

using namespace assay_congestion;

constexpr double kMostHeldBack = 0.01;
constexpr std::uint64_t kLeastPacket = 576, kMostPacket = 9000;

struct Namespaces {
  NetNamespace sender, receiver;
};

Result<Namespaces> make_namespaces(const Scenario& scenario) {
  auto sender = NetNamespace::make({kSenderAddress, scenario.packet_bytes, scenario.ecn != 0});
  if (!sender) return std::unexpected(sender.error());
  auto receiver = NetNamespace::make({kReceiverAddress, scenario.packet_bytes, scenario.ecn != 0});
  if (!receiver) return std::unexpected(receiver.error());
  return Namespaces{std::move(*sender), std::move(*receiver)};
}

/// So long before the run that every flow that begins with it has its connection.
std::uint64_t lead_of(const Scenario& scenario) {
  std::uint64_t lead = 0;
  for (std::uint64_t i = 0; i < scenario.flows; ++i) lead = larger(lead, handshake_ns(scenario, flow_specs(scenario)[i]));
  return lead + 50 * kMillisecond;
}

std::uint64_t round_trip_of(const Scenario& scenario) { return 2 * scenario.delay_ns; }

std::unexpected<Invalid> invalid(Invalid::Kind kind, std::string why, const Lateness& lateness) { return std::unexpected(Invalid{kind, std::move(why), lateness}); }

RunOutcome judged(KernelRun run, const Scenario& scenario, std::uint64_t device_drops) {
  if (auto why = too_late(run.lateness, round_trip_of(scenario)); !why.empty()) return invalid(Invalid::Kind::too_late, std::move(why), run.lateness);
  if (device_drops > 0) return invalid(Invalid::Kind::device_overran, "a TUN device threw " + std::to_string(device_drops) + " packets away before the queue saw them", run.lateness);
  const auto held = std::ranges::max(run.flows, {}, &FlowReport::held_back_share);
  if (held.held_back_share > kMostHeldBack)
    return invalid(Invalid::Kind::held_back, "a flow was held back by a buffer, not by its congestion control, for " + std::to_string(held.held_back_share * 100) + " % of the time", run.lateness);
  return run;
}

}  // namespace

std::string_view name_of(Invalid::Kind kind) {
  switch (kind) {
    case Invalid::Kind::too_late: return "too late";
    case Invalid::Kind::off_plan: return "off plan";
    case Invalid::Kind::device_overran: return "device overran";
    case Invalid::Kind::held_back: return "held back";
    case Invalid::Kind::interrupted: return "interrupted";
  }
  return "";
}

Result<std::vector<FlowPlan>> flow_plans(const Plan& plan, const std::string& candidate) {
  std::vector<FlowPlan> flows;
  for (const FlowSpec& spec : plan.flows) {
    if (spec.algorithm == kVegas) return fail("a flow is Vegas's, which only the simulator has; this kernel has " + known_congestion_controls());
    flows.push_back({spec.algorithm == kConstantRate ? "" : spec.algorithm == kReno ? "reno" : spec.algorithm == kCubic ? "cubic" : candidate});
  }
  return flows;
}

Result<void> host_can_run() {
  auto made = NetNamespace::make({kSenderAddress});
  if (!made) return std::unexpected(made.error());
  return {};
}

Result<RunOutcome> run_on_kernel(const Plan& plan, const std::vector<FlowPlan>& flows, std::stop_token stop) {
  const Image image(plan);
  const Scenario& scenario = image.scenario();
  if (scenario.packet_bytes < kLeastPacket || scenario.packet_bytes > kMostPacket)
    return fail("packets of " + std::to_string(scenario.packet_bytes) + " bytes; the kernel's TCP is run with 576 to 9000");
  const std::uint64_t begun = clock_ns(0), lead = lead_of(scenario);
  auto ends = make_namespaces(scenario);
  if (!ends) return std::unexpected(ends.error());
  auto traffic = Traffic::open(ends->sender, ends->receiver, image, flows);
  if (!traffic) return std::unexpected(traffic.error());

  const std::uint64_t origin = clock_ns(0);
  std::stop_source both;  // either thread's end is the other's
  std::stop_callback from_outside(stop, [&] { both.request_stop(); });
  Result<void> sent;
  std::thread sender([&] {
    sent = (*traffic)->run(origin, lead, both.get_token());
    both.request_stop();
  });
  auto carried = carry(image, candidates_of(scenario), {ends->sender.device(), ends->receiver.device()}, origin, lead, both.get_token());
  both.request_stop();
  sender.join();
  if (!carried) return std::unexpected(carried.error());
  if (stop.stop_requested()) return RunOutcome(invalid(Invalid::Kind::interrupted, "stopped", carried->lateness));
  if (!sent) return std::unexpected(sent.error());

  if (auto why = (*traffic)->off_plan(); !why.empty()) return RunOutcome(invalid(Invalid::Kind::off_plan, std::move(why), carried->lateness));
  auto drops = ends->sender.dropped();
  if (!drops) return std::unexpected(drops.error());
  auto back = ends->receiver.dropped();
  if (!back) return std::unexpected(back.error());
  KernelRun run{std::move(carried->measured), carried->lateness, carried->realtime, carried->data_packets, carried->short_packets, (*traffic)->reports(),
                static_cast<double>(clock_ns(0) - begun) / kSecond};
  return judged(std::move(run), scenario, *drops + *back);
}

}  // namespace assay::evaluators::congestion::kernel
