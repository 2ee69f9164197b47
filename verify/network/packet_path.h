#pragma once
// CCAC's nondeterministic path (ccac.h) in whole packets, as a policy of tasks/congestion_control meets it: one flow, time in
// steps, every quantity an integer. What a step's sends, services and acknowledgements are within the step is not told: a
// step's packets may be served by that step's service, and its acknowledgements are heard together, at its end.
//
// That packets are whole loses nothing but fractions of packets. W may be whole without loss of generality: with the other
// totals whole, each law that holds of a real W holds of the next whole number above it.
//
// Three laws differ from ccac.h, whose own would exclude what a bad sender can bring about: a timeout comes at a step without an
// acknowledgement once nothing is under way, and makes all losses known up to the step before; a loss that a timeout made known stays known;
// and a round trip of several steps keeps what is under way from timing out.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "verify/network/script.h"

namespace assay::verify::network {

struct PacketPath {
  unsigned steps = 8;           ///< T: steps at which the policy may be called
  unsigned rtt = 1;             ///< R, propagation delay in steps, >= 1: so many calls to a round trip without a queue
  unsigned jitter = 0;          ///< D: service may lag behind the fluid link by so many steps; 0: the ideal link
  std::int64_t rate = 10;       ///< C, packets a step, >= 1
  std::int64_t step_us = 10000; ///< a multiple of `rate`, a divisor of a second
  std::optional<std::int64_t> buffer;  ///< packets; absent: nothing is dropped

  std::int64_t product() const { return rate * rtt; }  ///< of bandwidth and delay, packets
  std::size_t first() const { return rtt + 1; }        ///< step of the first call; before it lies what had happened
  std::size_t last() const { return rtt + steps; }
};

/// The unknowns of one trace, by step 0..last(); totals are cumulative, in packets.
struct PacketTrace {
  std::vector<Formula> sent, served, lost, detected, wasted;
  std::vector<Formula> window;     ///< in force after the step; one value up to first() - 1
  std::vector<Formula> budget;     ///< from first() on: most that pacing lets out in the step
  std::vector<Formula> timed_out, in_loss, in_ack;  ///< from first() on, truths: which function is called; none of them: no call
  std::vector<Formula> reacted;    ///< losses among what was sent before the last call of on_loss or on_timeout
  std::vector<Formula> recovery_end;  ///< sent before that call
  std::size_t rtt = 1;

  std::size_t last() const { return sent.size() - 1; }
  std::size_t heard(std::size_t t) const { return t - rtt; }
  Formula accepted(std::size_t t) const { return sent[t] - lost[t]; }
  Formula undetected(std::size_t t) const { return lost[t] - detected[t]; }
  Formula queue(std::size_t t) const { return accepted(t) - served[t]; }
  Formula acked(std::size_t t) const { return served[heard(t)] - served[heard(t) - 1]; }
  Formula newly_lost(std::size_t t) const { return detected[t] - detected[t - 1]; }
  Formula inflight(std::size_t t) const { return sent[t - 1] - served[heard(t)] - detected[t]; }  ///< as the call of step t sees it
};

/// What decides window and budget at each step from first() on.
class PacketSender {
 public:
  virtual ~PacketSender() = default;
  virtual void act(Script& script, const PacketPath& path, const PacketTrace& trace) const = 0;
};

inline constexpr std::int64_t kLeastWindow = 2, kMostWindow = 1 << 20;  ///< of the contract
inline constexpr std::int64_t kMostBefore = 1 << 22;                    ///< packets sent in the steps before the first call

/// The path alone. The sender is added by its act().
PacketTrace describe_packets(Script& script, const PacketPath& path);

/// Not paced: the budget is whatever the window asks for.
void send_unpaced(Script& script, const PacketPath& path, const PacketTrace& trace);
/// What the window lets out beyond what was sent, at step t.
Formula wanted_by_window(const PacketTrace& trace, std::size_t t);
/// What the link could have served by step t without jitter.
Formula fluid_service(const PacketPath& path, const PacketTrace& trace, std::size_t t);

/// Twins: window w throughout; and a window that grows by what is acknowledged, whatever is lost.
std::unique_ptr<PacketSender> make_fixed_window(std::int64_t window);
std::unique_ptr<PacketSender> make_reckless();
}  // namespace assay::verify::network
