#include "evaluators/congestion/plan.h"

#include <algorithm>
#include <cstring>

#include "evaluators/congestion/sim/simulation.h"

namespace assay::evaluators::congestion {
namespace {

using namespace assay_congestion;

constexpr std::uint64_t rounded_up(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }

template <class T>
std::uint64_t size_of(const std::vector<T>& items) { return rounded_up(items.size() * sizeof(T)); }

template <class T>
void put(std::vector<std::uint64_t>& words, std::uint64_t offset, const std::vector<T>& items) {
  if (!items.empty()) std::memcpy(reinterpret_cast<char*>(words.data()) + offset, items.data(), items.size() * sizeof(T));
}

/// From the step in force at `moment_ns`; nothing of what was to come is left.
void change_steps(std::vector<RateStep>& steps, std::uint64_t moment_ns, std::uint64_t seed) {
  while (steps.size() > 1 && steps.back().from_ns > moment_ns) steps.pop_back();
  const std::uint64_t rate = std::max<std::uint64_t>(steps.back().bits_per_second, 1'000'000);
  if (steps.back().from_ns == moment_ns) steps.pop_back();
  steps.push_back({moment_ns, rate / 2 + rate * chance(seed, 7, 0) / 0xffffffff});
}

void change_opportunities(std::vector<std::uint32_t>& opportunities, std::uint64_t moment_ns, std::uint64_t seed) {
  std::uint64_t index = 0;
  std::erase_if(opportunities, [&](std::uint32_t ms) { return ms * kMillisecond > moment_ns && chance(seed, 8, index++) % 4 == 0; });
}

}  // namespace

Image::Image(const Plan& plan) {
  Scenario scenario = plan.scenario;
  const bool is_trace = scenario.link_kind == kTraceLink;
  scenario.magic = kScenarioMagic;
  scenario.flows = plan.flows.size();
  scenario.flows_offset = rounded_up(sizeof(Scenario));
  scenario.steps = is_trace ? plan.opportunities.size() : plan.steps.size();
  scenario.steps_offset = scenario.flows_offset + size_of(plan.flows);
  scenario.image_bytes = scenario.steps_offset + (is_trace ? size_of(plan.opportunities) : size_of(plan.steps));
  words_.resize(scenario.image_bytes / 8);
  std::memcpy(words_.data(), &scenario, sizeof scenario);
  put(words_, scenario.flows_offset, plan.flows);
  if (is_trace) put(words_, scenario.steps_offset, plan.opportunities);
  else put(words_, scenario.steps_offset, plan.steps);
}

double capacity_bytes(const Scenario& scenario, std::uint64_t from_ns, std::uint64_t to_ns) {
  if (scenario.link_kind == kTraceLink) {
    const std::uint32_t* at = opportunities(scenario);
    return static_cast<double>(kOpportunityBytes) *
           static_cast<double>(std::count_if(at, at + scenario.steps, [&](std::uint32_t ms) { return ms * kMillisecond >= from_ns && ms * kMillisecond <= to_ns; }));
  }
  double bytes = 0;
  const RateStep* steps = rate_steps(scenario);
  for (std::uint64_t i = 0; i < scenario.steps; ++i) {
    const std::uint64_t begin = larger(from_ns, steps[i].from_ns), end = i + 1 < scenario.steps ? smaller(to_ns, steps[i + 1].from_ns) : to_ns;
    if (begin < end) bytes += static_cast<double>(steps[i].bits_per_second) / 8 * static_cast<double>(end - begin) / kSecond;
  }
  return bytes;
}

Plan with_other_future(Plan plan, std::uint64_t moment_ns, std::uint64_t seed) {
  plan.scenario.changed_at_ns = moment_ns;
  plan.scenario.changed_seed = seed;
  if (plan.scenario.link_kind == kTraceLink) change_opportunities(plan.opportunities, moment_ns, seed);
  else change_steps(plan.steps, moment_ns, seed);
  return plan;
}

std::uint64_t network_bytes(const Scenario& scenario) {
  Arena arena;
  Network network;
  lay_out(network, arena, scenario);
  return arena.used;
}

/// Each acknowledgement is of a departure of its own, and timeouts of a flow are 200 ms apart or more. A rate link may begin one packet at a
/// step's high rate that the step does not hold.
std::uint64_t most_events(const Scenario& scenario) {
  const double departures = capacity_bytes(scenario, 0, scenario.duration_ns) / static_cast<double>(scenario.packet_bytes);
  return static_cast<std::uint64_t>(departures) + scenario.steps + scenario.flows * (scenario.duration_ns / kLeastVariance + 2) + 16;
}

}  // namespace assay::evaluators::congestion
