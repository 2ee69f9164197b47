#pragma once
// A network namespace without a name, with one TUN device: an end of the emulated path.
//
// It is held by descriptors of this process only (of the namespace, of the device, of sockets made in it): nothing is written under
// /run/netns, no thread stays in it, and it is gone with the process however that ends. What is set (addresses, sysctls) is set within it.

#include <cstdint>
#include <functional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace assay::evaluators::congestion::kernel {

struct NetSettings {
  std::string address;       ///< IPv4, in a /24 that both ends share
  std::uint64_t mtu = 1500;  ///< bytes of an IP packet
  bool ecn = false;          ///< asks for ECN when it connects
};

class NetNamespace {
 public:
  /// The Error says what this host lacks (root, /dev/net/tun, ...), as a fault of the host.
  static Result<NetNamespace> make(const NetSettings& settings);

  /// Whole IP packets, one a read or write; not blocking.
  int device() const { return device_.get(); }
  int handle() const { return namespace_.get(); }

  /// Runs `work` in a thread of its own whose namespace is this one: what sockets it makes belong here.
  Result<void> inside(const std::function<void()>& work) const;

  /// Packets that the device threw away because nobody read them in time.
  Result<std::uint64_t> dropped() const;

 private:
  FileDescriptor namespace_, device_;
};

}  // namespace assay::evaluators::congestion::kernel
