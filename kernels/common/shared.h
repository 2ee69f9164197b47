#pragma once
// Shared memory as kernels see it: a view of `count` values at some byte of the block's memory. On the GPU, and in the twin's fast mode, a
// pointer. In checked mode every access goes through CheckedMemory, which knows who touched each pair of bytes when.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/common/annotations.h"
#include "kernels/common/findings.h"

namespace assay::kernels {

template <class T>
struct PlainShared {
  T* begin;
  ASSAY_BOTH T read(int, int i) const { return begin[i]; }
  ASSAY_BOTH void write(int, int i, T value) const { begin[i] = value; }
};

/// The shared memory of one block under suspicion. Time is counted in epochs: sync() ends one for the block, warp_sync() one for each warp.
/// Two accesses of different threads to the same bytes, one of them a write, race unless an epoch of both ended in between; whether it did
/// is known exactly (of the readers since the last sync, three are kept, which is enough to tell: shared.cpp).
class CheckedMemory {
 public:
  /// Requires: findings outlives this.
  CheckedMemory(int bytes, Findings& findings);

  void begin_block(int index);  ///< memory is poisoned, nothing is written yet
  void end_block();             ///< an async copy that nobody waited for is a finding
  void sync();
  void warp_sync();

  /// False, and NaNs in `into`, where the access is a finding that leaves no value.
  bool read(int thread, int offset, int bytes, void* into);
  void write(int thread, int offset, int bytes, const void* from);

  /// cp.async: the target is poisoned now and filled at the wait, when it counts as written by this thread. Null: zeros.
  void issue_copy(int thread, int offset, int bytes, const void* from);
  void commit_copies();
  void wait_copies(int still_open);

  int bytes() const { return static_cast<int>(memory_.size()); }
  void complain(const std::string& what) { findings_->add("block " + std::to_string(block_) + ": " + what); }

 private:
  struct Access {
    std::uint32_t epoch = 0, warp_epoch = 0;
    int thread = -1;
  };
  struct Cell {  // two bytes
    Access writer;
    Access reader, reader_of_other_warp, reader_of_same_warp;
    bool written = false, awaited = false;
  };
  struct Copy {
    int thread, offset, bytes;
    const void* from;
  };

  bool inside(int thread, int offset, int bytes, std::string_view verb);
  bool unordered(const Access& earlier, int thread) const;
  void race(const Access& earlier, int thread, std::size_t cell, std::string_view was, std::string_view is);
  void note_read(Cell& cell, int thread);
  void note_write(std::size_t at, int thread);
  Access now(int thread) const;

  Findings* findings_;
  int block_ = 0;
  std::uint32_t epoch_ = 1, warp_epoch_ = 1;
  std::vector<unsigned char> memory_;
  std::vector<Cell> cells_;
  std::vector<Copy> open_;
  std::deque<std::vector<Copy>> committed_;
};

template <class T>
struct CheckedShared {
  static_assert(sizeof(T) % 2 == 0);
  CheckedMemory* memory;
  int offset, count;
  T read(int thread, int i) const {
    T value;
    std::memset(static_cast<void*>(&value), 0xff, sizeof(T));
    if (inside(thread, i)) memory->read(thread, offset + i * static_cast<int>(sizeof(T)), sizeof(T), &value);
    return value;
  }
  void write(int thread, int i, T value) const {
    if (inside(thread, i)) memory->write(thread, offset + i * static_cast<int>(sizeof(T)), sizeof(T), &value);
  }
  /// `values` of them from i on lie in the view; a finding where not.
  bool inside(int thread, int i, int values = 1) const {
    if (i >= 0 && values <= count && i <= count - values) return true;
    memory->complain("thread " + std::to_string(thread) + " reaches for element " + std::to_string(i) + " of " + std::to_string(count) + " in shared memory");
    return false;
  }
};

}  // namespace assay::kernels
