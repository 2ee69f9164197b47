#include "evaluators/congestion/scorer.h"

#include <cstring>
#include <string>

#include "evaluators/congestion/sim/simulation.h"

namespace assay::evaluators::congestion {
namespace {

using namespace assay_congestion;

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
