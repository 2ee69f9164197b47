#pragma once
// What the link emulator has to know of an IPv4 packet with TCP in it, and the one thing that it changes: the congestion mark.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace assay::evaluators::congestion::kernel {

struct TcpPacket {
  std::uint16_t from_port = 0, to_port = 0;
  std::size_t bytes = 0;    ///< of the whole packet
  std::size_t payload = 0;  ///< of them, the stream's
  bool markable = false;    ///< ECN-capable (RFC 3168): a queue marks it where it would drop others
};

/// Nothing where the bytes are no whole unfragmented IPv4 packet with a TCP header.
std::optional<TcpPacket> read_tcp(std::span<const std::byte> packet);

/// Sets Congestion Experienced and mends the header's checksum. Requires: read_tcp takes it and says it is markable.
void mark(std::span<std::byte> packet);

/// Over an IPv4 header: 0 where the checksum in it is right.
std::uint16_t header_checksum(std::span<const std::byte> header);

}  // namespace assay::evaluators::congestion::kernel
