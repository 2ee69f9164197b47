#pragma once
// One ELF object laid out for a fixed address: no symbol from outside, nothing writable, no relocation left.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace assay::verify::frontend {

struct FlatImage {
  std::string bytes;
  std::uint64_t entry_offset = 0;
};

/// The error says what the object holds that an image cannot have. Sections are placed by LLVM's RuntimeDyld.
std::expected<FlatImage, std::string> link_flat(std::string_view object, std::uint64_t load_address,
                                                std::string_view entry);

}  // namespace assay::verify::frontend
