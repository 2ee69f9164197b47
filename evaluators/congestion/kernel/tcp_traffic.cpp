#include "evaluators/congestion/kernel/tcp_traffic.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <sstream>
#include <tuple>

#include "evaluators/congestion/kernel/link_emulator.h"
#include "evaluators/congestion/kernel/link_foremost.h"

namespace assay::evaluators::congestion::kernel {
namespace {

using namespace assay_congestion;

constexpr int kTcp = IPPROTO_TCP;
constexpr std::uint64_t kMost = 256ull << 20;   ///< bytes of a buffer
constexpr std::uint64_t kMostLate = 10 * kMillisecond;  ///< of a flow's start or stop
constexpr int kReadAtOnce = 64 << 10;           ///< the receiver is woken for so much: its window has more than enough
constexpr std::uint64_t kListener = 1ull << 32, kIncoming = 1ull << 33;  ///< of what epoll tells us

template <class T>
bool set_option(int fd, int level, int name, const T& value) { return ::setsockopt(fd, level, name, &value, sizeof value) == 0; }

sockaddr_in address_of(const char* text, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

/// Enough for what the simulator's receiver takes, so that neither end's memory decides anything. What waits counts with its overhead.
int buffer_bytes(const Scenario& scenario) {
  return static_cast<int>(std::clamp<std::uint64_t>(4 * scenario.receive_window * scenario.packet_bytes, 4 << 20, kMost));
}

/// A close answers nothing and waits for nothing, also that of a process that is killed: a connection that lingered would keep its namespace.
bool prepare(int fd, const Scenario& scenario) {
  const int bytes = buffer_bytes(scenario), one = 1;
  return set_option(fd, SOL_SOCKET, SO_LINGER, linger{1, 0}) && set_option(fd, SOL_SOCKET, SO_REUSEADDR, one) &&
         set_option(fd, SOL_SOCKET, SO_SNDBUFFORCE, bytes) && set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
}

/// Only what is there: asked for another by root, the kernel would look for a module of that name and keep it.
bool is_there(const std::string& name) {
  std::istringstream known(known_congestion_controls());
  return std::find(std::istream_iterator<std::string>(known), {}, name) != std::istream_iterator<std::string>();
}

Result<void> choose(int socket, const std::string& name) {
  if (!is_there(name)) return fail("congestion control \"" + name + "\": this kernel has " + known_congestion_controls());
  if (::setsockopt(socket, kTcp, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) == 0) return {};
  return fail("congestion control \"" + name + "\": " + std::strerror(errno) + "; this kernel has " + known_congestion_controls());
}

struct Moment {
  std::uint64_t at_ns;
  enum { connect, start, stop } what;
  std::uint32_t flow;
};

class KernelTraffic final : public Traffic {
 public:
  KernelTraffic(const Image& image, std::vector<FlowPlan> flows)
      : image_(image), flows_(std::move(flows)), senders_(flows_.size()), reports_(flows_.size()), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  Result<void> open_receiver() {
    listener_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_in address = address_of(kReceiverAddress, kReceiverPort);
    if (!listener_.valid() || !prepare(listener_.get(), image_.scenario())) return fail(system_error("a receiver's socket and its buffers"), Fault::provider);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_.get(), kMostFlows) != 0)
      return fail(system_error("a receiver's address"), Fault::provider);
    watch(listener_.get(), EPOLLIN, kListener);
    return {};
  }

  Result<void> open_sender(std::uint32_t flow) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const sockaddr_in address = address_of(kSenderAddress, static_cast<std::uint16_t>(kFirstPort + flow));
    if (!socket.valid() || !prepare(socket.get(), image_.scenario())) return fail(system_error("a sender's socket and its buffers"), Fault::provider);
    if (auto chosen = choose(socket.get(), flows_[flow].congestion_control); !chosen) return chosen;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return fail(system_error("a sender's address"), Fault::provider);
    senders_[flow] = std::move(socket);
    return {};
  }

  Result<void> run(std::uint64_t origin_ns, std::uint64_t lead_ns, std::stop_token stop) override {
    const Foremost foremost(1);
    const std::vector<Moment> moments = schedule(lead_ns);
    auto next = moments.begin();
    while (!stop.stop_requested()) {
      const std::uint64_t now = clock_ns(origin_ns);
      for (; next != moments.end() && next->at_ns <= now; ++next) {
        if (auto done = at_moment(*next); !done) return done;
        if (next->what != Moment::connect) note_late(*next, clock_ns(origin_ns) - next->at_ns);
      }
      if (!off_plan_.empty()) return {};
      if (auto done = wait(next == moments.end() ? kNever : next->at_ns, now); !done) return done;
    }
    for (std::uint32_t flow = 0; flow < senders_.size(); ++flow) report(flow);
    return {};
  }

  std::vector<FlowReport> reports() const override { return reports_; }
  std::string off_plan() const override { return off_plan_; }

 private:
  std::vector<Moment> schedule(std::uint64_t lead_ns) const {
    std::vector<Moment> moments;
    for (std::uint32_t flow = 0; flow < senders_.size(); ++flow) {
      if (!senders_[flow].valid()) continue;
      const FlowSpec& spec = flow_specs(image_.scenario())[flow];
      const std::uint64_t start = lead_ns + spec.start_ns;
      moments.push_back({start - smaller(start, handshake_ns(image_.scenario(), spec)), Moment::connect, flow});
      moments.push_back({start, Moment::start, flow});
      if (spec.stop_ns != kNever) moments.push_back({lead_ns + spec.stop_ns, Moment::stop, flow});
    }
    std::ranges::sort(moments, {}, [](const Moment& moment) { return std::tuple(moment.at_ns, moment.flow, moment.what); });
    return moments;
  }

  Result<void> at_moment(const Moment& moment) {
    const int fd = senders_[moment.flow].get();
    if (moment.what == Moment::connect) {
      const sockaddr_in to = address_of(kReceiverAddress, kReceiverPort);
      if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) return broken(moment.flow, system_error("connect"));
    } else if (moment.what == Moment::start) {
      watch(fd, EPOLLOUT, moment.flow);
      return send_all(moment.flow, true);
    } else {
      report(moment.flow);
      senders_[moment.flow] = FileDescriptor();  // at once: what is not out yet is not sent
    }
    return {};
  }

  Result<void> wait(std::uint64_t until_ns, std::uint64_t now) {
    const int milliseconds = static_cast<int>(std::min<std::uint64_t>(50, until_ns <= now ? 0 : (until_ns - now) / kMillisecond));
    // The last part of a millisecond is slept away: a start that spun would take the other core from the packets.
    if (milliseconds == 0 && until_ns != kNever && until_ns > now) {
      const timespec rest{0, static_cast<long>(until_ns - now)};
      ::nanosleep(&rest, nullptr);
      return {};
    }
    std::array<epoll_event, 64> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t what = events[static_cast<std::size_t>(i)].data.u64;
      if ((what & kListener) != 0) accept_all();
      else if ((what & kIncoming) != 0) discard(static_cast<int>(what & ~kIncoming));
      else if (auto done = send_all(static_cast<std::uint32_t>(what), false); !done) return done;
    }
    return {};
  }

  void watch(int fd, std::uint32_t events, std::uint64_t what) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = what;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    while (true) {
      FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket.valid()) return;
      set_option(socket.get(), SOL_SOCKET, SO_LINGER, linger{1, 0});
      set_option(socket.get(), SOL_SOCKET, SO_RCVLOWAT, kReadAtOnce);
      watch(socket.get(), EPOLLIN, kIncoming | static_cast<std::uint64_t>(socket.get()));
      receivers_.push_back(std::move(socket));
    }
  }

  /// MSG_TRUNC: the kernel throws it away without a copy. At its end (a sender that stopped) nothing is left to hear.
  void discard(int fd) {
    ssize_t got = 0;
    do got = ::recv(fd, nullptr, 64 << 20, MSG_TRUNC | MSG_DONTWAIT);
    while (got > 0 || (got < 0 && errno == EINTR));
    if (got == 0 || errno != EAGAIN) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  }

  Result<void> send_all(std::uint32_t flow, bool first) {
    static constexpr std::array<char, 256 << 10> kZeros{};
    const int fd = senders_[flow].get();
    if (fd < 0) return {};
    while (true) {
      const ssize_t sent = ::send(fd, kZeros.data(), kZeros.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) {
        first = false;
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return broken(flow, system_error("send"));
      // A buffer has place at first: whoever must wait then has no connection yet.
      if (first) off_plan_ = "the connection of flow " + std::to_string(flow) + " was not there at its start";
      return {};
    }
  }

  void note_late(const Moment& moment, std::uint64_t late_ns) {
    if (late_ns <= kMostLate || !off_plan_.empty()) return;
    off_plan_ = "flow " + std::to_string(moment.flow) + (moment.what == Moment::start ? " began " : " stopped ") + std::to_string(late_ns / kMillisecond) + " ms late";
  }

  Result<void> broken(std::uint32_t flow, const std::string& why) const {
    return fail("flow " + std::to_string(flow) + " (" + flows_[flow].congestion_control + "): " + why, Fault::provider);
  }

  void report(std::uint32_t flow) {
    if (!senders_[flow].valid()) return;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(senders_[flow].get(), kTcp, TCP_INFO, &info, &size) != 0) return;
    FlowReport& report = reports_[flow];
    report.retransmitted = info.tcpi_total_retrans;
    report.marked = info.tcpi_delivered_ce;
    report.min_rtt_ms = info.tcpi_min_rtt / 1e3;
    const double busy = static_cast<double>(info.tcpi_busy_time), held = static_cast<double>(info.tcpi_rwnd_limited + info.tcpi_sndbuf_limited);
    report.held_back_share = busy > 0 ? held / busy : 0;
  }

  const Image& image_;
  std::vector<FlowPlan> flows_;
  std::vector<FileDescriptor> senders_, receivers_;
  std::vector<FlowReport> reports_;
  std::string off_plan_;
  FileDescriptor listener_, epoll_;
};

}  // namespace

std::uint64_t handshake_ns(const Scenario& scenario, const FlowSpec& spec) {
  return 2 * scenario.delay_ns + spec.extra_rtt_ns + 2 * scenario.ack_interval_ns + 100 * kMillisecond;
}

Result<void> check_congestion_control(const std::string& name) {
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return fail(system_error("socket"), Fault::provider);
  return choose(socket.get(), name);
}

std::string known_congestion_controls() {
  auto text = read_file("/proc/sys/net/ipv4/tcp_available_congestion_control");
  if (!text) return "(unknown: " + text.error().what + ")";
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

Result<std::unique_ptr<Traffic>> Traffic::open(const NetNamespace& from, const NetNamespace& to, const Image& image, std::vector<FlowPlan> flows) {
  auto traffic = std::make_unique<KernelTraffic>(image, flows);
  Result<void> done;
  if (auto entered = to.inside([&] { done = traffic->open_receiver(); }); !entered) done = entered;
  if (!done) return std::unexpected(done.error());
  auto entered = from.inside([&] {
    for (std::uint32_t flow = 0; flow < flows.size() && done; ++flow)
      if (!flows[flow].congestion_control.empty()) done = traffic->open_sender(flow);
  });
  if (!entered) done = entered;
  if (!done) return std::unexpected(done.error());
  return traffic;
}

}  // namespace assay::evaluators::congestion::kernel
