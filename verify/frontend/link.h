#pragma once
// ELF objects laid out as one piece, by an allowlist of sections, relocations and symbols: code and constants only, no symbol from
// outside, nothing writable, no address but relative ones. The image therefore runs wherever it is mapped.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace assay::verify::frontend {

struct FlatImage {
  std::string bytes;
  std::uint64_t entry_offset = 0;
};

/// The error says what an object holds that an image cannot have. Sections are placed by LLVM's RuntimeDyld; an object
/// that others call comes before them, so that calls go straight to it.
std::expected<FlatImage, std::string> link_flat(const std::vector<std::string_view>& objects, std::uint64_t load_address,
                                                std::string_view entry);

}  // namespace assay::verify::frontend
