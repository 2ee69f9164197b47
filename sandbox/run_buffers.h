#pragma once
// What a run jail keeps between runs: the output buffer and the images seen lately.

#include <map>
#include <span>

#include "base/binary.h"
#include "base/file.h"

namespace assay::sandbox {

/// The memory of the ring that all runs of a jail share: grown as needed, emptied before each run, never resized by a child.
class RingMemory {
 public:
  /// At least `bytes`, all zero: a run must not read what an earlier one decided.
  Result<void> prepare(std::size_t bytes);
  int fd() const { return fd_.get(); }
  std::span<std::byte> first(std::size_t bytes) const { return mapping_.bytes().first(bytes); }

 private:
  Result<void> empty();
  Result<void> grow(std::size_t bytes);

  FileDescriptor fd_;
  Mapping mapping_;
};

/// Sealed memfds of images by digest.
class ImageCache {
 public:
  /// Owned by the cache; valid until the next call.
  Result<int> find(const Binary& binary);

 private:
  std::map<Digest, FileDescriptor> images_;
};

}  // namespace assay::sandbox
