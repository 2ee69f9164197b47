#include "evaluators/congestion/kernel/bpf_loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "base/file.h"

namespace assay::evaluators::congestion {
namespace {

constexpr int kMtu = 1500;  // or a window of a few packets would hold everything

using Clock = std::chrono::steady_clock;

std::unexpected<Error> failed(const std::string& what) { return fail(what + ": " + std::strerror(errno)); }

Result<FileDescriptor> tcp_socket() {
  FileDescriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return failed("opening a socket");
  return fd;
}

Result<void> raise_loopback() {
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (fd.get() < 0 || ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) return failed("raising the loopback device");
  request.ifr_mtu = kMtu;
  if (ioctl(fd.get(), SIOCSIFMTU, &request) != 0) return failed("setting the loopback device's MTU");
  // Or a loss would be one of 64 KiB.
  for (const std::uint32_t command : {ETHTOOL_STSO, ETHTOOL_SGSO}) {
    ethtool_value off{command, 0};
    request.ifr_data = reinterpret_cast<char*>(&off);
    if (ioctl(fd.get(), SIOCETHTOOL, &request) != 0) return failed("turning off the loopback device's segmentation");
  }
  return {};
}

/// Throws away what arrives, by the kernel's random numbers: for the sender it is lost.
Result<void> lose(int fd, double share) {
  if (share <= 0) return {};
  const auto below = static_cast<std::uint32_t>(std::min(share, 1.0) * 4294967295.0);
  sock_filter code[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM)},
                        {BPF_JMP | BPF_JGE | BPF_K, 1, 0, below},
                        {BPF_RET | BPF_K, 0, 0, 0},
                        {BPF_RET | BPF_K, 0, 0, 0xffffffff}};
  const sock_fprog program{4, code};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) return failed("attaching a filter that loses packets");
  return {};
}

struct Pair {
  FileDescriptor sender, receiver;
};

Result<Pair> connected(const LoopbackPlan& plan) {
  auto listener = tcp_socket(), sender = tcp_socket();
  if (!listener || !sender) return std::unexpected((listener ? sender : listener).error());
  const std::string& name = plan.congestion_control;
  if (setsockopt(sender->get(), IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) != 0)
    return failed("choosing the congestion control " + name);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener->get(), generic, length) != 0 || listen(listener->get(), 1) != 0 || getsockname(listener->get(), generic, &length) != 0)
    return failed("listening on loopback");
  if (connect(sender->get(), generic, length) != 0) return failed("connecting over loopback");
  FileDescriptor receiver(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (receiver.get() < 0) return failed("accepting over loopback");
  for (int fd : {sender->get(), receiver.get()}) fcntl(fd, F_SETFL, O_NONBLOCK);
  return Pair{std::move(*sender), std::move(receiver)};
}

Result<void> transfer(const Pair& pair, const LoopbackPlan& plan, Carried& carried) {
  const auto end = Clock::now() + plan.deadline;
  std::vector<char> block(64u << 10);
  std::uint64_t sent = 0;
  while (carried.received < plan.bytes) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return {};
    pollfd watched[] = {{pair.receiver.get(), POLLIN, 0}, {pair.sender.get(), static_cast<short>(sent < plan.bytes ? POLLOUT : 0), 0}};
    if (poll(watched, 2, static_cast<int>(left)) < 0 && errno != EINTR) return failed("waiting on loopback");
    if (watched[1].revents & POLLOUT) {
      const ssize_t count = send(pair.sender.get(), block.data(), std::min<std::uint64_t>(block.size(), plan.bytes - sent), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return failed("sending over loopback");
      sent += static_cast<std::uint64_t>(std::max<ssize_t>(count, 0));
    }
    const ssize_t count = recv(pair.receiver.get(), block.data(), block.size(), 0);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return failed("receiving over loopback");
    carried.received += static_cast<std::uint64_t>(std::max<ssize_t>(count, 0));
  }
  return {};
}

Result<void> look(int fd, Carried& carried) {
  tcp_info info{};
  socklen_t length = sizeof info;
  char name[16] = {};
  socklen_t name_length = sizeof name;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 || getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &name_length) != 0)
    return failed("asking the socket");
  carried.congestion_control = std::string(name, strnlen(name, sizeof name));
  carried.window = info.tcpi_snd_cwnd;
  carried.retransmitted = info.tcpi_total_retrans;
  carried.pacing_bytes_per_second = info.tcpi_pacing_rate;
  return {};
}

Result<Carried> carry_here(const LoopbackPlan& plan) {
  if (unshare(CLONE_NEWNET) != 0) return failed("making a network namespace");
  if (auto up = raise_loopback(); !up) return std::unexpected(up.error());
  auto pair = connected(plan);
  if (!pair) return std::unexpected(pair.error());
  if (auto lossy = lose(pair->receiver.get(), plan.loss); !lossy) return std::unexpected(lossy.error());
  Carried carried;
  if (auto done = transfer(*pair, plan, carried); !done) return std::unexpected(done.error());
  if (auto seen = look(pair->sender.get(), carried); !seen) return std::unexpected(seen.error());
  // Nothing lingers: a reset ends both sides at once, and with them their hold on the congestion control.
  const linger now{1, 0};
  setsockopt(pair->sender.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  return carried;
}

}  // namespace

/// A namespace belongs to a thread: one that ends here takes it along.
Result<Carried> carry_over_loopback(const LoopbackPlan& plan) {
  Result<Carried> carried = fail("the thread did not run");
  std::thread([&] { carried = carry_here(plan); }).join();
  return carried;
}

}  // namespace assay::evaluators::congestion
