#pragma once
// The kernel's own TCP as the sender: one connection a flow, from one namespace to another, full of data from its start to its stop.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "evaluators/congestion/kernel/net_namespace.h"
#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion::kernel {

/// What decides a flow: the name of a congestion control that the running kernel has, its own or one registered by us. Empty: no connection,
/// the flow is not the kernel's.
struct FlowPlan {
  std::string congestion_control;
};

/// What the kernel says of a connection at its end (TCP_INFO).
struct FlowReport {
  std::uint64_t retransmitted = 0;  ///< packets
  std::uint64_t marked = 0;         ///< packets delivered with a congestion mark
  double min_rtt_ms = 0;
  double held_back_share = 0;  ///< of the time it had data out: by the receiver's window or a full send buffer. 0 is as it should be
};

constexpr char kSenderAddress[] = "10.83.0.1", kReceiverAddress[] = "10.83.0.2";

/// From its connect to its first data, which lies at the flow's start.
std::uint64_t handshake_ns(const assay_congestion::Scenario& scenario, const assay_congestion::FlowSpec& spec);

class Traffic {
 public:
  /// Makes the sockets. The Error names a congestion control that the kernel has not, and those that it has.
  static Result<std::unique_ptr<Traffic>> open(const NetNamespace& from, const NetNamespace& to, const Image& image, std::vector<FlowPlan> flows);
  virtual ~Traffic() = default;

  /// Connects, sends and receives until the token stops it; runs in this thread, while another one carries the packets. Times are those of
  /// link_emulator.h. The Error names a flow that broke.
  virtual Result<void> run(std::uint64_t origin_ns, std::uint64_t lead_ns, std::stop_token stop) = 0;
  /// One for each flow; after run().
  virtual std::vector<FlowReport> reports() const = 0;
  /// Why what was sent is not what the plan says: a flow that began or stopped late. Empty: it is. After run().
  virtual std::string off_plan() const = 0;
};

/// Whether a connection of this process could have it; the Error lists those that the kernel has.
Result<void> check_congestion_control(const std::string& name);

/// "reno cubic bbr": what the running kernel has.
std::string known_congestion_controls();

}  // namespace assay::evaluators::congestion::kernel
