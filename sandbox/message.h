#pragma once
// Packets with descriptors over a SOCK_SEQPACKET socket: how a parent talks to its zygote or template.

#include <cstddef>
#include <span>
#include <string_view>

namespace assay::sandbox {

inline constexpr std::size_t kMaxDescriptors = 4;

struct Received {
  std::size_t bytes = 0;  ///< 0: the other end is closed
  int descriptors[kMaxDescriptors];
  std::size_t descriptor_count = 0;
  int error = 0;  ///< errno, 0 if all went well
};

/// Sends `head` and `tail` as one packet. Returns 0 or errno; never raises SIGPIPE.
int send_packet(int socket, std::span<const std::byte> head, std::string_view tail = {},
                std::span<const int> descriptors = {});

/// Receives one packet; descriptors arrive close-on-exec and belong to the caller. A packet that is longer than `room`
/// is an error (EMSGSIZE).
Received receive_packet(int socket, std::span<std::byte> room);

template <class T>
std::span<const std::byte> bytes_of(const T& value) {
  return {reinterpret_cast<const std::byte*>(&value), sizeof value};
}
template <class T>
std::span<std::byte> writable_bytes_of(T& value) {
  return {reinterpret_cast<std::byte*>(&value), sizeof value};
}

}  // namespace assay::sandbox
