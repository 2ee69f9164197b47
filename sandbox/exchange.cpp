#include "sandbox/exchange.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>

#include "base/file.h"
#include "sandbox/message.h"

namespace assay::sandbox {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kGrace{5000};  ///< for the zygote to fork, and from SIGKILL to its report, on a busy host

constexpr milliseconds kSlice{1};  ///< between two calls of `meanwhile`

bool ended_before(int socket, Clock::time_point deadline, const std::function<void()>& meanwhile) {
  if (!meanwhile) return readable_before(socket, deadline);
  for (auto now = Clock::now(); now < deadline; now = Clock::now()) {
    if (readable_before(socket, std::min(now + kSlice, deadline))) return true;
    meanwhile();
  }
  return false;
}

}  // namespace

bool readable_before(int fd, Clock::time_point deadline) {
  for (;;) {
    auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) left = 0;
    pollfd wait{fd, POLLIN, 0};
    int ready = ::poll(&wait, 1, static_cast<int>(std::min<long long>(left, 1 << 30)));
    if (ready > 0) return true;
    if (ready == 0 && left == 0) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

std::optional<Exchange> exchange(int socket, const RunMessage& message, std::string_view arguments,
                                 std::span<const int> descriptors, Clock::time_point deadline,
                                 const std::function<void()>& meanwhile) {
  if (send_packet(socket, bytes_of(message), arguments, descriptors) != 0) return {};
  Started started;
  if (!readable_before(socket, Clock::now() + kGrace)) return {};
  auto received = receive_packet(socket, writable_bytes_of(started));
  if (received.bytes != sizeof started) return {};
  FileDescriptor pidfd(received.descriptor_count == 1 ? received.descriptors[0] : -1);
  Exchange result;
  if (started.pid < 0) {
    result.finished.wait_status = 1 << 8;
    std::string("fork in the zygote failed").copy(result.finished.message, kMessageBytes - 1);
    return result;
  }
  result.deadline_passed = !ended_before(socket, deadline, meanwhile);
  if (result.deadline_passed) {
    ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
    if (!readable_before(socket, Clock::now() + kGrace)) return {};
  }
  if (receive_packet(socket, writable_bytes_of(result.finished)).bytes != sizeof result.finished) return {};
  result.finished.message[kMessageBytes - 1] = 0;
  return result;
}

}  // namespace assay::sandbox
