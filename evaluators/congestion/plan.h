#pragma once
// A scenario as values, and the one block of memory that the jail and the scorer read (sim/scenario.h).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluators/congestion/sim/scenario.h"

namespace assay::evaluators::congestion {

/// Offsets, counts, magic and image_bytes of `scenario` are those of the image and not looked at here.
struct Plan {
  assay_congestion::Scenario scenario{};
  std::vector<assay_congestion::RateStep> steps;  ///< of a rate link; the first one from 0
  std::vector<std::uint32_t> opportunities;       ///< of a trace link: milliseconds, in order, to the end of the run
  std::vector<assay_congestion::FlowSpec> flows;
};

/// Immutable; copies share nothing.
class Image {
 public:
  /// Requires: one flow at least, and steps for a rate link.
  explicit Image(const Plan& plan);
  const assay_congestion::Scenario& scenario() const { return *reinterpret_cast<const assay_congestion::Scenario*>(words_.data()); }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)); }

 private:
  std::vector<std::uint64_t> words_;
};

/// What the link can carry between two moments, in bytes: nothing that departs is more.
double capacity_bytes(const assay_congestion::Scenario& scenario, std::uint64_t from_ns, std::uint64_t to_ns);

/// The same up to `moment_ns`; from there on other chance and another link.
Plan with_other_future(Plan plan, std::uint64_t moment_ns, std::uint64_t seed);

/// What the simulation takes in the arena, without a candidate's state.
std::uint64_t network_bytes(const assay_congestion::Scenario& scenario);

/// Events that candidates' flows can be asked about, at most.
std::uint64_t most_events(const assay_congestion::Scenario& scenario);

}  // namespace assay::evaluators::congestion
