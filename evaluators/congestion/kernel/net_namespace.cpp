#include "evaluators/congestion/kernel/net_namespace.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <thread>

namespace assay::evaluators::congestion::kernel {
namespace {

constexpr char kDevice[] = "path";
constexpr int kDeviceQueue = 1 << 15;  ///< packets that may wait for us in the device: more than any window that is measured here

std::unexpected<Error> host_fails(const std::string& what) { return fail(what, Fault::provider); }

ifreq request_for(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

Result<void> ask(int fd, unsigned long call, ifreq& request, const char* what) {
  if (::ioctl(fd, call, &request) == 0) return {};
  return host_fails(system_error(std::string(what) + " of the device \"" + request.ifr_name + "\" in a namespace of our own"));
}

Result<void> bring_up(int socket, const char* device) {
  ifreq request = request_for(device);
  if (auto done = ask(socket, SIOCGIFFLAGS, request, "flags"); !done) return done;
  request.ifr_flags |= IFF_UP | IFF_RUNNING;
  return ask(socket, SIOCSIFFLAGS, request, "flags");
}

Result<void> set_address(int socket, unsigned long call, const std::string& address) {
  ifreq request = request_for(kDevice);
  auto* in = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
  in->sin_family = AF_INET;
  if (::inet_pton(AF_INET, address.c_str(), &in->sin_addr) != 1) return fail("\"" + address + "\" is no IPv4 address");
  return ask(socket, call, request, "address");
}

/// /proc/sys/net is that of the namespace of the thread that opens it.
bool set_own(const char* name, const char* value) {
  const FileDescriptor file(::open((std::string("/proc/sys/net/") + name).c_str(), O_WRONLY | O_CLOEXEC));
  return file.valid() && ::write(file.get(), value, std::strlen(value)) == static_cast<ssize_t>(std::strlen(value));
}

Result<void> configure(const NetSettings& settings) {
  set_own("ipv6/conf/all/disable_ipv6", "1");  // else it sends of itself; a kernel without IPv6 has no such file
  if (settings.ecn && !set_own("ipv4/tcp_ecn", "1")) return host_fails("ECN cannot be asked for in a namespace: /proc/sys is not writable here");
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return host_fails(system_error("socket"));
  if (auto up = bring_up(socket.get(), "lo"); !up) return up;
  ifreq request = request_for(kDevice);
  request.ifr_mtu = static_cast<int>(settings.mtu);
  if (auto done = ask(socket.get(), SIOCSIFMTU, request, "MTU"); !done) return done;
  request = request_for(kDevice);
  request.ifr_qlen = kDeviceQueue;
  if (auto done = ask(socket.get(), SIOCSIFTXQLEN, request, "queue"); !done) return done;
  if (auto done = set_address(socket.get(), SIOCSIFADDR, settings.address); !done) return done;
  if (auto done = set_address(socket.get(), SIOCSIFNETMASK, "255.255.255.0"); !done) return done;
  return bring_up(socket.get(), kDevice);
}

/// Without a header for the network card's work (IFF_VNET_HDR) the kernel hands over packets of at most the MTU, checksums filled in.
Result<FileDescriptor> open_device() {
  FileDescriptor device(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!device.valid()) return host_fails(system_error("open /dev/net/tun (load the module tun, and let the container have the device)"));
  ifreq request = request_for(kDevice);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(device.get(), TUNSETIFF, &request) != 0) return host_fails(system_error("a TUN device in a namespace of our own (TUNSETIFF)"));
  return device;
}

}  // namespace

Result<NetNamespace> NetNamespace::make(const NetSettings& settings) {
  Result<NetNamespace> made;
  std::thread([&] {
    made = [&]() -> Result<NetNamespace> {
      if (::unshare(CLONE_NEWNET) != 0) return host_fails(system_error("a network namespace (unshare; it takes root with CAP_SYS_ADMIN)"));
      NetNamespace result;
      result.namespace_ = FileDescriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
      if (!result.namespace_.valid()) return host_fails(system_error("open /proc/thread-self/ns/net"));
      auto device = open_device();
      if (!device) return std::unexpected(device.error());
      result.device_ = std::move(*device);
      if (auto done = configure(settings); !done) return std::unexpected(done.error());
      return result;
    }();
  }).join();
  return made;
}

Result<void> NetNamespace::inside(const std::function<void()>& work) const {
  Result<void> done;
  std::thread([&] {
    if (::setns(namespace_.get(), CLONE_NEWNET) != 0) done = host_fails(system_error("setns"));
    else work();
  }).join();
  return done;
}

Result<std::uint64_t> NetNamespace::dropped() const {
  Result<std::uint64_t> dropped = fail("/proc/thread-self/net/dev has no line of the device");
  auto done = inside([&] {
    auto text = read_file("/proc/thread-self/net/dev");
    if (!text) {
      dropped = std::unexpected(text.error());
      return;
    }
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      const auto colon = line.find(std::string(kDevice) + ":");
      if (colon == line.npos) continue;
      std::istringstream fields(line.substr(colon + sizeof kDevice));
      std::uint64_t field = 0;
      for (int i = 0; i < 12; ++i) fields >> field;  // eight of what came in, then bytes, packets, errors, drops
      dropped = field;
    }
  });
  if (!done) return std::unexpected(done.error());
  return dropped;
}

}  // namespace assay::evaluators::congestion::kernel
