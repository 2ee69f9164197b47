#pragma once
// Files, descriptors and mappings. Every failure names the path, the call and errno's words.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace assay {

/// Owns a file descriptor. Movable; closes on destruction.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// Owns a memory mapping. Movable; unmaps on destruction.
class Mapping {
 public:
  Mapping() = default;
  Mapping(std::byte* data, std::size_t size) : data_(data), size_(size) {}
  Mapping(Mapping&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();
  std::span<std::byte> bytes() const { return {data_, size_}; }

  /// Maps `size` bytes of `fd` from its start, shared. An empty file gives an empty mapping.
  static Result<Mapping> shared(int fd, std::size_t size, bool writable);

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// errno's words for a failed call, "open /x: No such file or directory".
std::string system_error(std::string_view what);

Result<std::string> read_file(const std::filesystem::path& path);  ///< more than 256 MiB is an Error: a device may never end

/// Writes a temporary beside `path`, syncs it and renames it over `path`: readers see the old bytes or the new ones.
Result<void> write_file(const std::filesystem::path& path, std::string_view text);

/// An anonymous file of `size` zero bytes, with a name for /proc only.
Result<FileDescriptor> make_memfd(const std::string& name, std::size_t size);

/// An anonymous file that holds `bytes` and that nobody can change any more (all seals set).
Result<FileDescriptor> make_sealed_memfd(const std::string& name, std::string_view bytes);

}  // namespace assay
