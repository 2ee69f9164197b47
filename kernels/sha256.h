#pragma once
// SHA-256 (FIPS 180-4): the name of an order of tiles, of a table and of the program that measured it. Written here because this folder
// stands alone (base/digest.h needs libsodium).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay::kernels {

/// In hexadecimal, 64 letters.
std::string sha256_hex(std::string_view bytes);

/// The name of an order: of its codes as little-endian 32-bit words.
std::string order_digest(std::span<const std::uint32_t> codes);

}  // namespace assay::kernels
