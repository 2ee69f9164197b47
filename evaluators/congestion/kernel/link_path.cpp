#include "evaluators/congestion/kernel/link_path.h"

#include <algorithm>
#include <cassert>

namespace assay::evaluators::congestion::kernel {
namespace {

using namespace assay_congestion;

// A packet's number in the queue is its slot, or kNobody for a packet that is counted and not carried; and whether it takes a mark.
constexpr std::uint64_t kNobody = 0xffffffff, kMarkable = 1ull << 32;

std::uint32_t slot_of(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
bool takes_mark(const Packet& packet) { return (packet.number & kMarkable) != 0; }

}  // namespace

Path::Path(const Image& image, std::vector<bool> measured, PacketPool& pool, std::uint64_t lead_ns)
    : image_(image), pool_(pool), lead_ns_(lead_ns), scope_(image.scenario(), std::move(measured)), meter_(image.scenario(), scope_) {
  const Scenario& scenario = image.scenario();
  Arena measuring;
  lay_out(network_.queue, measuring, scenario);
  memory_.resize(measuring.used / 8 + 8);
  Arena arena{reinterpret_cast<u8*>(memory_.data()), memory_.size() * 8, 0};
  lay_out(network_.queue, arena, scenario);
  network_.scenario = network_.link.scenario = &scenario;
  for (std::uint32_t i = 0; i < scenario.flows; ++i)
    if (flow_specs(scenario)[i].algorithm == kConstantRate) sources_.push_back({i, flow_specs(scenario)[i].start_ns});
}

std::uint64_t Path::link_ns() const { return network_.link.event_ns == kNever ? kNever : lead_ns_ + network_.link.event_ns; }

std::uint64_t Path::source_ns() const {
  std::uint64_t first = kNever;
  for (const Source& source : sources_) first = std::min(first, source.next_ns);
  return first == kNever ? kNever : lead_ns_ + first;
}

std::uint64_t Path::next_ns() const {
  const std::uint64_t arrival = under_way_.empty() ? kNever : under_way_.top().at_ns;
  const std::uint64_t next = std::min({link_ns(), source_ns(), arrival});
  return next > end_ns() ? kNever : next;
}

/// Where moments are equal, the simulator's order: the link first, then who sends.
void Path::advance(std::uint64_t now) {
  now = std::min(now, end_ns());
  for (std::uint64_t link = link_ns(), source = source_ns(); std::min(link, source) <= now; link = link_ns(), source = source_ns())
    if (link <= source) step_link();
    else step_source();
}

std::optional<Delivery> Path::due(std::uint64_t now) {
  if (under_way_.empty() || under_way_.top().at_ns > std::min(now, end_ns())) return std::nullopt;
  const Delivery delivery = under_way_.top();
  under_way_.pop();
  return delivery;
}

void Path::drop(const Packet& packet) {
  meter_.dropped(packet.flow);
  if (slot_of(packet.number) != kNobody) pool_.give_back(slot_of(packet.number));
}

void Path::step_link() {
  const std::uint64_t now = network_.link.event_ns;
  depart(network_.link, network_.queue, [&](const Packet& packet) { drop(packet); }, [&](const Packet& packet, u64 begun_ns) {
    // CoDel marks what it takes out, whatever that is: one that takes no mark is lost here instead.
    const bool arrives = !is_lost(network_, now) && (packet.marked == 0 || takes_mark(packet));
    meter_.departed({packet.flow, arrives, packet.queued_ns, begun_ns, now, packet.number});
    if (slot_of(packet.number) == kNobody) return;
    if (!arrives) return pool_.give_back(slot_of(packet.number));
    deliver({.at_ns = lead_ns_ + now + image_.scenario().delay_ns, .slot = slot_of(packet.number), .to = End::receiver, .marked = packet.marked != 0});
  });
}

/// One packet, and then one each 1/rate, as the simulator paces.
void Path::step_source() {
  Source& source = *std::ranges::min_element(sources_, {}, &Source::next_ns);
  const FlowSpec& spec = flow_specs(image_.scenario())[source.flow];
  const std::uint64_t now = source.next_ns;
  if (now >= spec.stop_ns) {
    source.next_ns = kNever;
    return;
  }
  arrive(source.flow, kNobody | kMarkable, now);
  source.next_ns = now + kSecond / spec.rate;
}

void Path::data(std::uint32_t slot, std::uint32_t flow, bool markable, std::uint64_t now) {
  arrive(flow, slot | (markable ? kMarkable : 0), now > lead_ns_ ? now - lead_ns_ : 0);
}

void Path::arrive(std::uint32_t flow, std::uint64_t number, std::uint64_t at) {
  meter_.sent(flow);
  Queue& queue = network_.queue;
  const Packet packet{number, at, flow, 0};
  if (!enqueue(queue, packet, at)) return drop(packet);
  const Packet& last = queue.ring[(queue.end - 1) & queue.mask];
  if (last.marked != 0 && !takes_mark(last)) {  // RED drops what takes no mark
    --queue.end;
    return drop(packet);
  }
  serve(network_.link, queue, at, [&](const Packet& dropped) { drop(dropped); });
}

void Path::control(std::uint32_t slot, std::uint64_t now) {
  deliver({.at_ns = now + image_.scenario().delay_ns, .slot = slot, .to = End::receiver});
}

/// The simulator counts both ways from the departure; the first one lies behind the acknowledgement.
void Path::acknowledgement(std::uint32_t slot, std::uint32_t flow, std::uint64_t now) {
  const Scenario& scenario = image_.scenario();
  // Bunches are at multiples of the scenario's clock; before its beginning they are not needed.
  const std::uint64_t gone_by = lead_ns_ + scenario.delay_ns;
  const std::uint64_t at = now < gone_by ? now + scenario.delay_ns + flow_specs(scenario)[flow].extra_rtt_ns
                                         : lead_ns_ + ack_time(scenario, flow_specs(scenario)[flow], now - gone_by);
  deliver({.at_ns = at, .slot = slot, .to = End::sender});
}

}  // namespace assay::evaluators::congestion::kernel
