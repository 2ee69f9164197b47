#include "sandbox/message.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace assay::sandbox {
namespace {

constexpr std::size_t kControlBytes = CMSG_SPACE(kMaxDescriptors * sizeof(int));

void take_descriptors(msghdr& header, Received& received) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    received.descriptor_count = std::min((part->cmsg_len - CMSG_LEN(0)) / sizeof(int), kMaxDescriptors);
    std::memcpy(received.descriptors, CMSG_DATA(part), received.descriptor_count * sizeof(int));
  }
}

void close_descriptors(Received& received) {
  for (std::size_t i = 0; i < received.descriptor_count; ++i) ::close(received.descriptors[i]);
  received.descriptor_count = 0;
}

}  // namespace

int send_packet(int socket, std::span<const std::byte> head, std::string_view tail, std::span<const int> descriptors) {
  iovec parts[2] = {{const_cast<std::byte*>(head.data()), head.size()}, {const_cast<char*>(tail.data()), tail.size()}};
  alignas(cmsghdr) char control[kControlBytes]{};
  msghdr header{};
  header.msg_iov = parts;
  header.msg_iovlen = 2;
  if (!descriptors.empty()) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent;
  do sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

Received receive_packet(int socket, std::span<std::byte> room) {
  iovec part{room.data(), room.size()};
  alignas(cmsghdr) char control[kControlBytes];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t n;
  do n = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  Received received;
  if (n < 0) {
    received.error = errno;
    return received;
  }
  received.bytes = static_cast<std::size_t>(n);
  take_descriptors(header, received);
  if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    close_descriptors(received);
    received.error = EMSGSIZE;
  }
  return received;
}

}  // namespace assay::sandbox
