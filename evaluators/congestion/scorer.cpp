#include "evaluators/congestion/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "evaluators/congestion/sim/simulation.h"

namespace assay::evaluators::congestion {
namespace {

using namespace assay_congestion;

constexpr std::uint64_t kBin = 500 * kMillisecond;  ///< of convergence
constexpr std::size_t kSteadyBins = 3;

/// Which flows are measured, and between which moments.
struct Scope {
  explicit Scope(const Scenario& scenario, std::vector<bool> whom) : measured(std::move(whom)) {
    for (std::uint64_t i = 0; i < scenario.flows; ++i) {
      if (!measured[i]) continue;
      from_ns = smaller(from_ns, flow_specs(scenario)[i].start_ns);
      last_start_ns = larger(last_start_ns, flow_specs(scenario)[i].start_ns);
    }
  }
  std::vector<bool> measured;
  std::uint64_t from_ns = kNever, last_start_ns = 0;
};

std::vector<bool> candidates_of(const Scenario& scenario) {
  std::vector<bool> candidates(scenario.flows);
  for (std::uint64_t i = 0; i < scenario.flows; ++i) candidates[i] = flow_specs(scenario)[i].algorithm == kCandidate;
  return candidates;
}

double jain_of(const std::vector<double>& shares) {
  double sum = 0, squares = 0;
  for (double share : shares) sum += share, squares += share * share;
  return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

class Meter {
 public:
  Meter(const Scenario& scenario, const Scope& scope)
      : scenario_(scenario), scope_(scope), counts_(scenario.flows), bins_(scenario.duration_ns / kBin + 1, std::vector<double>(scenario.flows)) {}

  void sent(std::uint32_t flow) { ++counts_[flow].sent; }
  void dropped(std::uint32_t flow) { ++counts_[flow].dropped; }
  void departed(const Departure& departure) {
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

  Measured measured() && {
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

 private:
  template <class Of>
  std::vector<double> shares(Of of) const {
    std::vector<double> shares;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (scope_.measured[i]) shares.push_back(of(i));
    return shares;
  }

  /// Who delivers nothing has waited all the time.
  void delays(Measured& result, double seconds) {
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

  double loss() const {
    std::uint64_t sent = 0, dropped = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (scope_.measured[i]) sent += counts_[i].sent, dropped += counts_[i].dropped;
    return sent == 0 ? 0 : static_cast<double>(dropped) / static_cast<double>(sent);
  }

  bool steady(std::size_t bin) const {
    const double capacity = capacity_bytes(scenario_, bin * kBin, (bin + 1) * kBin);
    double all = 0;
    for (double bytes : bins_[bin]) all += bytes;
    return all >= 0.8 * capacity && jain_of(shares([&](std::size_t i) { return bins_[bin][i]; })) >= 0.9;
  }

  /// The rest of the run where it never gets there.
  double convergence() const {
    std::size_t in_a_row = 0;
    const std::size_t first = (scope_.last_start_ns + kBin - 1) / kBin, end = scenario_.duration_ns / kBin;
    for (std::size_t bin = first; bin < end; ++bin) {
      in_a_row = steady(bin) ? in_a_row + 1 : 0;
      if (in_a_row == kSteadyBins) return static_cast<double>((bin + 1 - kSteadyBins) * kBin - smaller((bin + 1 - kSteadyBins) * kBin, scope_.last_start_ns)) / kSecond;
    }
    return static_cast<double>(scenario_.duration_ns - scope_.last_start_ns) / kSecond;
  }

  const Scenario& scenario_;
  const Scope& scope_;
  std::vector<FlowCount> counts_;
  std::vector<std::uint64_t> delays_;
  std::vector<std::vector<double>> bins_;  ///< arrived bytes, by half second and flow
  double all_bytes_ = 0, measured_bytes_ = 0;
};

/// Words of the stream, which need not be aligned.
class Words {
 public:
  explicit Words(std::span<const std::byte> bytes) : bytes_(bytes) {}
  bool empty() const { return at_ + 4 > bytes_.size(); }
  std::size_t taken() const { return at_; }
  std::size_t left() const { return (bytes_.size() - at_) / 4; }
  std::uint32_t take() {
    std::uint32_t word;
    std::memcpy(&word, bytes_.data() + at_, 4);
    at_ += 4;
    return word;
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

/// Reads decisions back where the driver asked the candidate.
struct Reader {
  Words words;
  const Scenario& scenario;
  std::uint64_t until_us = kNever;
  Meter* meter = nullptr;
  std::uint64_t events = 0;
  std::string broken{};

  bool fails(std::string what) {
    broken = "event " + std::to_string(events) + ": " + std::move(what);
    return false;
  }

  bool ask(std::uint32_t flow, Event, const View& view, Decision& decision) {
    if (flow_specs(scenario)[flow].start_ns / kMicrosecond + static_cast<std::uint64_t>(view.now) >= until_us) return false;
    if (words.empty()) return fails("the decisions end although a window is needed");
    const std::uint32_t word = words.take(), window = word & ~kPacingFollows;
    if (window < kLeastWindow || window > kMostWindow) return fails("a window of " + std::to_string(window) + " packets; it is 2 to 2^20");
    decision.window = window;
    if ((word & kPacingFollows) != 0) {
      if (words.empty()) return fails("the decisions end although a pacing rate is announced");
      const std::uint32_t pacing = words.take();
      if (pacing == decision.pacing) return fails("the pacing rate is repeated, which nobody may");
      decision.pacing = pacing;
    }
    ++events;
    return true;
  }

  void departed(const Departure& departure) { if (meter != nullptr) meter->departed(departure); }
  void sent(std::uint32_t flow, std::uint64_t) { if (meter != nullptr) meter->sent(flow); }
  void dropped(std::uint32_t flow) { if (meter != nullptr) meter->dropped(flow); }
};

/// Memory and state of one simulation.
class Bench {
 public:
  explicit Bench(const Scenario& scenario) : memory_(network_bytes(scenario) / 8 + 16) {
    // Pieces are aligned to 64 bytes within the arena, which need not be itself: nothing hangs on it.
    Arena arena{reinterpret_cast<u8*>(memory_.data()), memory_.size() * 8, 0};
    lay_out(network_, arena, scenario);
  }
  template <class Control>
  bool run(Control& control) { return simulate(network_, control); }

 private:
  std::vector<std::uint64_t> memory_;
  Network network_;
};

std::unexpected<Outcome> violation(std::string what) { return ended(OutcomeKind::protocol_violation, std::move(what)); }

}  // namespace

Attempt<Measured> replay_decisions(const Image& image, std::span<const std::byte> decisions) {
  if (decisions.size() % 4 != 0) return violation("the decisions are no whole number of words");
  const Scenario& scenario = image.scenario();
  const Scope scope(scenario, candidates_of(scenario));
  Meter meter(scenario, scope);
  Reader reader{.words = Words(decisions), .scenario = scenario, .meter = &meter};
  if (!Bench(scenario).run(reader)) return violation(reader.broken);
  if (!reader.words.empty()) return violation(std::to_string(reader.words.left()) + " decisions are left at the end");
  return std::move(meter).measured();
}

Attempt<std::size_t> decided_before(const Image& image, std::uint64_t moment_us, std::span<const std::byte> decisions) {
  Reader reader{.words = Words(decisions), .scenario = image.scenario(), .until_us = moment_us};
  if (!Bench(image.scenario()).run(reader) && !reader.broken.empty()) return violation(reader.broken);
  return reader.words.taken();
}

namespace {

/// Nobody is asked: all flows are native.
struct Watcher {
  Meter& meter;
  bool ask(std::uint32_t, Event, const View&, Decision&) { return false; }
  void departed(const Departure& departure) { meter.departed(departure); }
  void sent(std::uint32_t flow, std::uint64_t) { meter.sent(flow); }
  void dropped(std::uint32_t flow) { meter.dropped(flow); }
};

}  // namespace

Measured run_native(const Plan& plan, Algorithm algorithm) {
  Plan native = plan;
  std::vector<bool> measured(plan.flows.size());
  for (std::size_t i = 0; i < plan.flows.size(); ++i) {
    measured[i] = plan.flows[i].algorithm == kCandidate;
    if (measured[i]) native.flows[i].algorithm = algorithm;
  }
  const Image image(native);
  const Scope scope(image.scenario(), std::move(measured));
  Meter meter(image.scenario(), scope);
  Watcher watcher{meter};
  Bench(image.scenario()).run(watcher);
  return std::move(meter).measured();
}

}  // namespace assay::evaluators::congestion
