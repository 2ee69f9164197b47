#pragma once
// A file's bytes in order, decompressed where it is zstd, with the offset for messages.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace assay::evaluators::cache {

class ByteSource {
 public:
  /// Decompresses as it goes when the file begins with a zstd frame.
  static Result<std::unique_ptr<ByteSource>> open(const std::filesystem::path& path);
  virtual ~ByteSource() = default;

  /// What is buffered and not consumed. Grows until it holds `want` bytes or the end is reached.
  /// Error: cannot read, corrupt or truncated zstd (names the file and the byte in it).
  Result<std::string_view> peek(std::size_t want);
  /// Requires: n <= what the last peek gave.
  void consume(std::size_t n);
  std::uint64_t offset() const { return offset_; }  ///< of the next byte, after decompression
  bool compressed() const { return compressed_; }

 protected:
  ByteSource(std::string name, bool compressed) : name_(std::move(name)), compressed_(compressed) {}
  /// Appends some bytes to `out`; false at the end.
  virtual Result<bool> more(std::string& out) = 0;
  std::string name_;

 private:
  bool compressed_;
  bool ended_ = false;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace assay::evaluators::cache
