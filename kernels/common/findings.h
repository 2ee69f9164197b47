#pragma once
// What checked mode found wrong with a kernel, and the buffers that it may touch. Thread-safe where blocks run on several threads.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace assay::kernels {

/// The first findings, each once, in words.
class Findings {
 public:
  void add(std::string what);
  std::vector<std::string> all() const;

 private:
  static constexpr std::size_t kMost = 16;
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

/// The buffers of a launch in global memory: an access elsewhere is a finding.
class Extents {
 public:
  template <class T>
  void readable(std::string name, const T* begin, std::size_t count) {
    add(std::move(name), reinterpret_cast<std::uintptr_t>(begin), count * sizeof(T), false);
  }
  template <class T>
  void writable(std::string name, T* begin, std::size_t count) {
    add(std::move(name), reinterpret_cast<std::uintptr_t>(begin), count * sizeof(T), true);
  }
  bool can_read(const void* at, std::size_t bytes) const { return holds(at, bytes, false); }
  bool can_write(const void* at, std::size_t bytes) const { return holds(at, bytes, true); }
  /// "3 bytes past the end of out", for the message.
  std::string where(const void* at) const;

 private:
  struct Extent {
    std::string name;
    std::uintptr_t begin;
    std::size_t bytes;
    bool writable;
  };
  void add(std::string name, std::uintptr_t begin, std::size_t bytes, bool writable);
  bool holds(const void* at, std::size_t bytes, bool to_write) const;
  std::vector<Extent> all_;
};

}  // namespace assay::kernels
