#pragma once
// A candidate's native code, ready to be mapped in the run jail.
//
// A receipt: only verify::Toolchain makes one, from a Screened. The image is flat: mapped read+execute at
// `load_address`, it needs no relocation, no dynamic linker and no symbol from outside.

#include <cstdint>
#include <string>
#include <utility>

#include "base/digest.h"

namespace assay {

namespace verify {
class Toolchain;
}

class Binary {
 public:
  const std::string& image() const { return image_; }
  std::uint64_t load_address() const { return load_address_; }
  /// Offset of `assay_entry` (sandbox/entry.h) from the start of the image.
  std::uint64_t entry_offset() const { return entry_offset_; }
  /// Of the image's bytes: same code, same digest.
  const Digest& digest() const { return digest_; }

  /// Trusted code that did not come from a candidate (tests, benchmarks of the jail itself).
  static Binary trusted(std::string image, std::uint64_t load_address, std::uint64_t entry_offset) {
    return Binary(std::move(image), load_address, entry_offset);
  }

 private:
  friend class verify::Toolchain;
  Binary(std::string image, std::uint64_t load_address, std::uint64_t entry_offset)
      : image_(std::move(image)), load_address_(load_address), entry_offset_(entry_offset), digest_(sha256(image_)) {}

  std::string image_;
  std::uint64_t load_address_;
  std::uint64_t entry_offset_;
  Digest digest_;
};

}  // namespace assay
