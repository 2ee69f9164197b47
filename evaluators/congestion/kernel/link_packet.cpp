#include "evaluators/congestion/kernel/link_packet.h"

#include <cassert>

namespace assay::evaluators::congestion::kernel {
namespace {

constexpr std::size_t kLeastHeader = 20;
constexpr unsigned kTcp = 6;

unsigned byte_at(std::span<const std::byte> bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }
unsigned word_at(std::span<const std::byte> bytes, std::size_t at) { return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1); }

}  // namespace

std::optional<TcpPacket> read_tcp(std::span<const std::byte> packet) {
  if (packet.size() < 2 * kLeastHeader || byte_at(packet, 0) >> 4 != 4) return std::nullopt;
  const std::size_t header = (byte_at(packet, 0) & 15) * 4, whole = word_at(packet, 2);
  const bool fragment = (word_at(packet, 6) & 0x3fff) != 0;
  if (header < kLeastHeader || whole != packet.size() || whole < header + kLeastHeader || byte_at(packet, 9) != kTcp || fragment) return std::nullopt;
  const std::size_t tcp_header = (byte_at(packet, header + 12) >> 4) * 4;
  if (tcp_header < kLeastHeader || header + tcp_header > whole) return std::nullopt;
  TcpPacket result;
  result.from_port = static_cast<std::uint16_t>(word_at(packet, header));
  result.to_port = static_cast<std::uint16_t>(word_at(packet, header + 2));
  result.bytes = whole;
  result.payload = whole - header - tcp_header;
  result.markable = (byte_at(packet, 1) & 3) != 0;
  return result;
}

std::uint16_t header_checksum(std::span<const std::byte> header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < header.size(); i += 2) sum += word_at(header, i);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void mark(std::span<std::byte> packet) {
  assert((byte_at(packet, 1) & 3) != 0);
  packet[1] |= std::byte{3};
  packet[10] = packet[11] = std::byte{0};
  const std::uint16_t sum = header_checksum(packet.first((byte_at(packet, 0) & 15) * 4));
  packet[10] = static_cast<std::byte>(sum >> 8);
  packet[11] = static_cast<std::byte>(sum & 255);
}

}  // namespace assay::evaluators::congestion::kernel
