#pragma once
// SHA-256, the only name that anything stored has.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  std::string hex() const;
  std::string short_hex() const { return hex().substr(0, 12); }
  static std::optional<Digest> from_hex(std::string_view text);
  auto operator<=>(const Digest&) const = default;
};

Digest sha256(std::string_view text);

}  // namespace assay
