#pragma once
// What fuzz targets share: an input taken apart, a claim that ends the run, a folder for files, limits of the sanitizers.

#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <source_location>
#include <string>
#include <string_view>

namespace assay::fuzz {

/// A law that holds for every input. Where it does not the run ends and libFuzzer keeps the input.
inline void must(bool holds, std::string_view law, std::source_location at = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: does not hold: %.*s\n", at.file_name(), at.line(), static_cast<int>(law.size()), law.data());
  std::abort();
}

/// An input, from its front. What is not there reads as 0.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    const auto value = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return static_cast<std::uint8_t>(value);
  }
  template <class T>
  T number() {
    T value{};
    if (!rest_.empty()) std::memcpy(&value, rest_.data(), std::min(sizeof value, rest_.size()));
    rest_.remove_prefix(std::min(sizeof value, rest_.size()));
    return value;
  }
  std::string_view take(std::size_t count) {
    auto part = rest_.substr(0, count);
    rest_.remove_prefix(part.size());
    return part;
  }
  /// Up to the next zero byte, which goes too.
  std::string_view text() {
    auto part = take(std::min(rest_.find('\0'), rest_.size()));
    take(1);
    return part;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// A folder of this process, in memory where the host has /dev/shm; gone at the end.
class Folder {
 public:
  Folder() {
    std::error_code code;
    const std::filesystem::path base = std::filesystem::is_directory("/dev/shm", code) ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string pattern = (base / "assay-fuzz-XXXXXX").string();
    must(::mkdtemp(pattern.data()) != nullptr, "a folder for files can be made");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << bytes;
    return path_ / name;
  }
  /// Removes every file in it.
  void clear() const {
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(path_, code)) std::filesystem::remove_all(entry.path(), code);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace assay::fuzz

/// Freed memory is kept from reuse, but not so much that it hides what an input makes us hold.
extern "C" [[gnu::used]] inline const char* __asan_default_options() { return "quarantine_size_mb=16"; }
