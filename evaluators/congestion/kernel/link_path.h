#pragma once
// The emulated path without its clock and its devices: what the simulator's path is (docs/congestion.md), with the simulator's own queue, link and
// losses (sim/), for packets that somebody else's sender sent.
//
//   data ──► queue ──► link ──► loss ──► delay ──► receiver         acknowledgement ──► delay (bunched) ──► sender
//
// Moments are nanoseconds of the caller's clock; the run begins at `lead_ns` of it, when the scenario's clock is 0. Connections are
// made before: what carries no data (SYN, the acknowledgements of a handshake, RST) passes the queue by and is not counted.
// Flows of a constant rate are sent from here, and end at the receiver: nothing in the kernel stands for them.

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "evaluators/congestion/kernel/link_pool.h"
#include "evaluators/congestion/meter.h"
#include "evaluators/congestion/plan.h"

namespace assay::evaluators::congestion::kernel {

enum class End : std::uint8_t { sender, receiver };

struct Delivery {
  std::uint64_t at_ns = 0;
  std::uint64_t order = 0;  ///< of equal moments
  std::uint32_t slot = 0;
  End to = End::receiver;
  bool marked = false;  ///< congestion was experienced
};

class Path {
 public:
  /// `measured`: which flows. The image and the pool outlive it.
  Path(const Image& image, std::vector<bool> measured, PacketPool& pool, std::uint64_t lead_ns);
  Path(const Path&) = delete;
  Path& operator=(const Path&) = delete;

  /// When the next thing is due; kNever: nothing. Nothing is after the end of the run.
  std::uint64_t next_ns() const;
  /// Does what the link and the sources have to do by `now`.
  void advance(std::uint64_t now);
  /// The next packet that is to be handed over by `now`, after advance(now); the caller does that, and has its slot.
  std::optional<Delivery> due(std::uint64_t now);

  // Each takes the slot over. Data come in order of time, after advance() to theirs.
  void data(std::uint32_t slot, std::uint32_t flow, bool markable, std::uint64_t now);
  void control(std::uint32_t slot, std::uint64_t now);
  void acknowledgement(std::uint32_t slot, std::uint32_t flow, std::uint64_t now);

  /// Of the scenario's duration. Call once, at the end.
  Measured measured() && { return std::move(meter_).measured(); }
  std::uint64_t end_ns() const { return lead_ns_ + image_.scenario().duration_ns; }

 private:
  struct Source {
    std::uint32_t flow;
    std::uint64_t next_ns;  ///< of the scenario
  };
  struct Later {
    bool operator()(const Delivery& a, const Delivery& b) const { return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order; }
  };

  void arrive(std::uint32_t flow, std::uint64_t number, std::uint64_t at);
  void drop(const assay_congestion::Packet& packet);
  void step_link();
  void step_source();
  void deliver(Delivery delivery) {
    delivery.order = deliveries_made_++;
    under_way_.push(delivery);
  }
  std::uint64_t link_ns() const;
  std::uint64_t source_ns() const;

  const Image& image_;
  PacketPool& pool_;
  std::uint64_t lead_ns_;
  Scope scope_;
  Meter meter_;
  std::vector<std::uint64_t> memory_;
  assay_congestion::Network network_;  ///< its queue, its link and its losses; it has no senders
  std::vector<Source> sources_;
  std::priority_queue<Delivery, std::vector<Delivery>, Later> under_way_;
  std::uint64_t deliveries_made_ = 0;
};

}  // namespace assay::evaluators::congestion::kernel
