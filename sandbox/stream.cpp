#include "sandbox/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// False once the deadline has passed.
bool wait_for(int socket, short events, Clock::time_point deadline) {
  for (;;) {
    auto left = std::max<long long>(0, std::chrono::ceil<milliseconds>(deadline - Clock::now()).count());
    pollfd wait{socket, events, 0};
    int ready = ::poll(&wait, 1, static_cast<int>(std::min<long long>(left, 1 << 30)));
    if (ready > 0) return true;
    if (ready == 0 && left == 0) return false;
  }
}

bool try_again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

StreamEnd send_before(int socket, std::span<const std::byte> bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (!try_again()) {
      return StreamEnd::closed;
    } else if (!wait_for(socket, POLLOUT, deadline)) {
      return StreamEnd::deadline;
    }
  }
  return StreamEnd::done;
}

StreamEnd receive_before(int socket, std::span<std::byte> room, Clock::time_point deadline) {
  while (!room.empty()) {
    ssize_t n = ::recv(socket, room.data(), room.size(), MSG_DONTWAIT);
    if (n > 0) {
      room = room.subspan(static_cast<std::size_t>(n));
    } else if (n == 0 || !try_again()) {
      return StreamEnd::closed;
    } else if (!wait_for(socket, POLLIN, deadline)) {
      return StreamEnd::deadline;
    }
  }
  return StreamEnd::done;
}

}  // namespace assay::sandbox
