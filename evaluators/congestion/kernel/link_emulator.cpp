#include "evaluators/congestion/kernel/link_emulator.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "evaluators/congestion/kernel/link_foremost.h"
#include "evaluators/congestion/kernel/link_packet.h"

namespace assay::evaluators::congestion::kernel {
namespace {

using namespace assay_congestion;

constexpr std::uint64_t kLookUp = 50 * kMillisecond;  ///< between looks at the stop token

std::uint64_t least_round_trip(const Scenario& scenario) {
  std::uint64_t extra = kNever;
  for (std::uint64_t i = 0; i < scenario.flows; ++i) extra = std::min<std::uint64_t>(extra, flow_specs(scenario)[i].extra_rtt_ns);
  return 2 * scenario.delay_ns + extra;
}

class Emulator {
 public:
  Emulator(const Image& image, std::vector<bool> measured, Ends ends, std::uint64_t origin_ns, std::uint64_t lead_ns)
      : image_(image), ends_(ends), origin_ns_(origin_ns), pool_(std::max<std::uint64_t>(image.scenario().packet_bytes, 2048)),
        path_(image, std::move(measured), pool_, lead_ns), lateness_(allowed_lateness_ns(least_round_trip(image.scenario()))) {}

  Result<Carried> run(const std::stop_token& stop) {
    const Foremost foremost(2);
    carried_.realtime = foremost.ahead();
    while (!stop.stop_requested()) {
      const std::uint64_t now = clock_ns(origin_ns_);
      if (auto done = catch_up(now); !done) return std::unexpected(done.error());
      if (now >= path_.end_ns()) break;
      if (auto done = take_what_was_sent(); !done) return std::unexpected(done.error());
      if (auto done = drain(End::receiver, now); !done) return std::unexpected(done.error());
      wait();
    }
    carried_.measured = std::move(path_).measured();
    carried_.lateness = std::move(lateness_).summary();
    return std::move(carried_);
  }

 private:
  /// All that is due by `now`.
  Result<void> catch_up(std::uint64_t now) {
    path_.advance(now);
    while (const auto delivery = path_.due(now)) {
      lateness_.note(clock_ns(origin_ns_) - delivery->at_ns);  // the link's own moments matter to nobody until a packet comes out
      if (auto done = hand_over(*delivery); !done) return done;
    }
    return {};
  }

  Result<void> hand_over(const Delivery& delivery) {
    const auto packet = pool_.packet(delivery.slot);
    if (delivery.marked) mark(packet);
    const int fd = delivery.to == End::receiver ? ends_.receiver : ends_.sender;
    const ssize_t written = ::write(fd, packet.data(), packet.size());
    pool_.give_back(delivery.slot);
    if (written < 0) return fail(system_error("write to a TUN device"), Fault::provider);
    // The kernel has answered within the call. An acknowledgement goes as of the moment at which its data were due, so that lateness here adds up
    // to nothing; data go when they go, or a sender that heard late would measure a round trip that is too short.
    return delivery.to == End::receiver ? drain(End::receiver, delivery.at_ns) : take_what_was_sent();
  }

  Result<void> take_what_was_sent() {
    const std::uint64_t now = clock_ns(origin_ns_);
    path_.advance(now);
    return now < path_.end_ns() ? drain(End::sender, now) : Result<void>{};
  }

  /// Takes what an end has sent, as of `at`.
  Result<void> drain(End from, std::uint64_t at) {
    const int fd = from == End::sender ? ends_.sender : ends_.receiver;
    while (true) {
      const std::uint32_t slot = pool_.take();
      const auto room = pool_.room(slot);
      const ssize_t got = ::read(fd, room.data(), room.size());
      if (got < 0) {
        pool_.give_back(slot);
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return {};
        return fail(system_error("read from a TUN device"), Fault::provider);
      }
      pool_.set_used(slot, static_cast<std::size_t>(got));
      take_in(slot, from, at);
    }
  }

  void take_in(std::uint32_t slot, End from, std::uint64_t at) {
    const auto tcp = read_tcp(pool_.packet(slot));
    const unsigned port = !tcp ? 0 : from == End::sender ? tcp->from_port : tcp->to_port;
    if (!tcp || port < kFirstPort || port - kFirstPort >= image_.scenario().flows) {
      ++carried_.foreign_packets;
      return pool_.give_back(slot);
    }
    const std::uint32_t flow = port - kFirstPort;
    if (from == End::receiver) return path_.acknowledgement(slot, flow, at);
    if (tcp->payload == 0) return path_.control(slot, at);
    ++carried_.data_packets;
    if (tcp->bytes < image_.scenario().packet_bytes) ++carried_.short_packets;
    path_.data(slot, flow, tcp->markable, at);
  }

  void wait() const {
    const std::uint64_t now = clock_ns(origin_ns_), due = std::min({path_.next_ns(), path_.end_ns(), now + kLookUp});
    if (due <= now) return;
    pollfd fds[] = {{ends_.sender, POLLIN, 0}, {ends_.receiver, POLLIN, 0}};
    const timespec until{static_cast<time_t>((due - now) / kSecond), static_cast<long>((due - now) % kSecond)};
    ::ppoll(fds, 2, &until, nullptr);
  }

  const Image& image_;
  Ends ends_;
  std::uint64_t origin_ns_;
  PacketPool pool_;
  Path path_;
  LatenessMeter lateness_;
  Carried carried_;
};

}  // namespace

std::uint64_t clock_ns(std::uint64_t origin_ns) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kSecond + static_cast<std::uint64_t>(now.tv_nsec) - origin_ns;
}

Result<Carried> carry(const Image& image, std::vector<bool> measured, Ends ends, std::uint64_t origin_ns, std::uint64_t lead_ns, std::stop_token stop) {
  return Emulator(image, std::move(measured), ends, origin_ns, lead_ns).run(stop);
}

}  // namespace assay::evaluators::congestion::kernel
