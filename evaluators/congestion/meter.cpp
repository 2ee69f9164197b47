#include "evaluators/congestion/meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion {
namespace {

using namespace assay_congestion;

constexpr std::uint64_t kBin = 500 * kMillisecond;  ///< of convergence
constexpr std::size_t kSteadyBins = 3;

constexpr Metric kMetrics[] = {
    {"log_score", true, [](const Measured& m) { return std::log2(std::max(m.policysmith, 1e-9)); }},
    {"policysmith_score", true, [](const Measured& m) { return m.policysmith; }},
    {"power", true, [](const Measured& m) { return m.power; }},
    {"utilisation", true, [](const Measured& m) { return m.utilisation; }},
    {"throughput_mbps", true, [](const Measured& m) { return m.megabits; }},
    {"jain", true, [](const Measured& m) { return m.jain; }},
    {"unused", false, [](const Measured& m) { return 1 - m.utilisation; }},
    {"mean_queueing_ms", false, [](const Measured& m) { return m.mean_queueing_ms; }},
    {"p95_queueing_ms", false, [](const Measured& m) { return m.p95_queueing_ms; }},
    {"loss", false, [](const Measured& m) { return m.loss; }},
    {"convergence_s", false, [](const Measured& m) { return m.convergence_s; }},
};

double jain_of(const std::vector<double>& shares) {
  double sum = 0, squares = 0;
  for (double share : shares) sum += share, squares += share * share;
  return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

Scope::Scope(const Scenario& scenario, std::vector<bool> whom) : measured(std::move(whom)) {
  for (std::uint64_t i = 0; i < scenario.flows; ++i) {
    if (!measured[i]) continue;
    from_ns = smaller(from_ns, flow_specs(scenario)[i].start_ns);
    last_start_ns = larger(last_start_ns, flow_specs(scenario)[i].start_ns);
  }
}

std::vector<bool> candidates_of(const Scenario& scenario) {
  std::vector<bool> candidates(scenario.flows);
  for (std::uint64_t i = 0; i < scenario.flows; ++i) candidates[i] = flow_specs(scenario)[i].algorithm == kCandidate;
  return candidates;
}

Meter::Meter(const Scenario& scenario, const Scope& scope)
    : scenario_(scenario), scope_(scope), counts_(scenario.flows), bins_(scenario.duration_ns / kBin + 1, std::vector<double>(scenario.flows)) {}

void Meter::departed(const Departure& departure) {
  FlowCount& count = counts_[departure.flow];
  departure.arrived ? ++count.arrived : ++count.dropped;
  const bool measured = scope_.measured[departure.flow];
  if (measured) delays_.push_back(departure.begun_ns - departure.queued_ns);
  if (!departure.arrived) return;
  const double bytes = static_cast<double>(scenario_.packet_bytes);
  if (departure.begun_ns >= scope_.from_ns) all_bytes_ += bytes;
  if (measured) measured_bytes_ += bytes;
  if (departure.begun_ns >= scope_.last_start_ns) count.arrived_bytes_since_last_start += scenario_.packet_bytes;
  bins_[departure.now / kBin][departure.flow] += bytes;
}

Measured Meter::measured() && {
  Measured result;
  const double seconds = static_cast<double>(scenario_.duration_ns - scope_.from_ns) / kSecond;
  const double capacity = capacity_bytes(scenario_, scope_.from_ns, scenario_.duration_ns);
  result.utilisation = capacity > 0 ? all_bytes_ / capacity : 0;
  result.megabits = measured_bytes_ * 8 / 1e6 / seconds;
  delays(result, seconds);
  result.loss = loss();
  result.power = result.megabits / (result.p95_queueing_ms / 1e3 + static_cast<double>(scenario_.delay_ns) / kSecond);
  result.policysmith = result.megabits / (1e-5 + result.p95_queueing_ms / 1e3);
  result.jain = jain_of(shares([&](std::size_t i) { return static_cast<double>(counts_[i].arrived_bytes_since_last_start); }));
  result.convergence_s = convergence();
  result.flows = std::move(counts_);
  return result;
}

template <class Of>
std::vector<double> Meter::shares(Of of) const {
  std::vector<double> shares;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (scope_.measured[i]) shares.push_back(of(i));
  return shares;
}

/// Who delivers nothing has waited all the time.
void Meter::delays(Measured& result, double seconds) {
  if (delays_.empty()) {
    result.mean_queueing_ms = result.p95_queueing_ms = seconds * 1e3;
    return;
  }
  double sum = 0;
  for (std::uint64_t delay : delays_) sum += static_cast<double>(delay);
  result.mean_queueing_ms = sum / static_cast<double>(delays_.size()) / kMillisecond;
  const auto rank = static_cast<std::ptrdiff_t>((delays_.size() * 95 + 99) / 100 - 1);
  std::ranges::nth_element(delays_, delays_.begin() + rank);
  result.p95_queueing_ms = static_cast<double>(delays_[static_cast<std::size_t>(rank)]) / kMillisecond;
}

double Meter::loss() const {
  std::uint64_t sent = 0, dropped = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (scope_.measured[i]) sent += counts_[i].sent, dropped += counts_[i].dropped;
  return sent == 0 ? 0 : static_cast<double>(dropped) / static_cast<double>(sent);
}

bool Meter::steady(std::size_t bin) const {
  const double capacity = capacity_bytes(scenario_, bin * kBin, (bin + 1) * kBin);
  double all = 0;
  for (double bytes : bins_[bin]) all += bytes;
  return all >= 0.8 * capacity && jain_of(shares([&](std::size_t i) { return bins_[bin][i]; })) >= 0.9;
}

/// The rest of the run where it never gets there.
double Meter::convergence() const {
  std::size_t in_a_row = 0;
  const std::size_t first = (scope_.last_start_ns + kBin - 1) / kBin, end = scenario_.duration_ns / kBin;
  for (std::size_t bin = first; bin < end; ++bin) {
    in_a_row = steady(bin) ? in_a_row + 1 : 0;
    if (in_a_row == kSteadyBins) return static_cast<double>((bin + 1 - kSteadyBins) * kBin - smaller((bin + 1 - kSteadyBins) * kBin, scope_.last_start_ns)) / kSecond;
  }
  return static_cast<double>(scenario_.duration_ns - scope_.last_start_ns) / kSecond;
}

}  // namespace assay::evaluators::congestion
