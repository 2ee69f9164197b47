#pragma once
// What is measured of a run (docs/congestion.md): told packet by packet, by the simulator or by a path that real packets take.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "evaluators/congestion/sim/simulation.h"

namespace assay::evaluators::congestion {

/// Of one flow, over the whole run. sent = arrived + dropped + those still in the queue or on the link.
struct FlowCount {
  std::uint64_t sent = 0, arrived = 0, dropped = 0;
  std::uint64_t arrived_bytes_since_last_start = 0;
};

/// From the first start of a measured flow to the end. Measured are a candidate's flows, or those that a reference runs in their stead.
struct Measured {
  double utilisation = 0;       ///< arrived bytes of all flows over what the link could carry
  double megabits = 0;          ///< a second, of the measured flows together
  double mean_queueing_ms = 0, p95_queueing_ms = 0;  ///< of packets that left the link; waiting only; p95 by nearest rank
  double loss = 0;              ///< dropped over sent, of the measured flows
  double power = 0;             ///< Mbit/s over p95 one-way delay in seconds
  double jain = 0;              ///< of the measured flows, from the last start on
  double convergence_s = 0;     ///< from the last start until shares stay even (Jain 0.9) on a link that is used (0.8) for 1.5 s
  double policysmith = 0;       ///< Mbit/s / (1e-5 + p95 queueing delay in seconds)
  std::vector<FlowCount> flows;
};

/// What a task may ask for, and every result shows.
struct Metric {
  std::string_view name;
  bool more_is_better;
  double (*of)(const Measured&);
};
std::span<const Metric> metrics();

/// Which flows are measured, and between which moments.
struct Scope {
  Scope(const assay_congestion::Scenario& scenario, std::vector<bool> whom);
  std::vector<bool> measured;
  std::uint64_t from_ns = assay_congestion::kNever, last_start_ns = 0;
};

/// The flows that are a candidate's.
std::vector<bool> candidates_of(const assay_congestion::Scenario& scenario);

/// Scenario and scope outlive it.
class Meter {
 public:
  Meter(const assay_congestion::Scenario& scenario, const Scope& scope);

  void sent(std::uint32_t flow) { ++counts_[flow].sent; }
  void dropped(std::uint32_t flow) { ++counts_[flow].dropped; }
  /// Of every packet that left the link, within the scenario's duration.
  void departed(const assay_congestion::Departure& departure);
  Measured measured() &&;

 private:
  template <class Of>
  std::vector<double> shares(Of of) const;
  void delays(Measured& result, double seconds);
  double loss() const;
  bool steady(std::size_t bin) const;
  double convergence() const;

  const assay_congestion::Scenario& scenario_;
  const Scope& scope_;
  std::vector<FlowCount> counts_;
  std::vector<std::uint64_t> delays_;
  std::vector<std::vector<double>> bins_;  ///< arrived bytes, by half second and flow
  double all_bytes_ = 0, measured_bytes_ = 0;
};

}  // namespace assay::evaluators::congestion
