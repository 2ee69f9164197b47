#pragma once
// One block of threads, for kernels that are written once:
//
//   template <class Block> ASSAY_KERNEL void run(Block& block, const Arguments& a) {
//     auto sums = block.template shared<float>(0, Block::kThreads);        // a view: first byte, count
//     PerThread<Block, float> mine;                                        // a register of each thread
//     block.each([&](int thread) { mine[thread] = block.load(a.in + thread); sums.write(thread, thread, mine[thread]); });
//     block.sync();
//     ...
//   }
//
// A kernel is a sequence of phases. Within each() a thread runs the body alone; what needs several threads (sync, shuffles, mma, loads of
// matrices, waits) stands between phases and is done by all of the block's threads. What is outside each() must be the same for all threads.
//
//   GpuBlock      the calling thread's share of it: each() calls the body once. (gpu_block.h, nvcc only)
//   FastBlock     all threads in turn on one core: a real program for CPUs, whose figures are those of a CPU.
//   CheckedBlock  the same, in a random order of threads, with every access checked: bounds of shared and global memory, races between syncs,
//                 reads of what was never written, async copies used before their wait. Registers and shared memory begin as NaN.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "kernels/common/annotations.h"
#include "kernels/common/bf16.h"
#include "kernels/common/findings.h"
#include "kernels/common/per_thread.h"
#include "kernels/common/shared.h"

namespace assay::kernels {

/// What both CPU blocks have.
template <int kThreadCount>
class CpuBlock {
 public:
  static constexpr int kThreads = kThreadCount, kWarps = kThreadCount / kLanes;
  static constexpr bool kOnDevice = false;

  int index() const { return index_; }

  /// to(thread, i) = from(thread ^ mask, i): a shuffle within each warp.
  template <class T, int N>
  void shuffle_xor(AllThreads<T, N, kThreads>& to, const AllThreads<T, N, kThreads>& from, int mask) const {
    for (int warp = 0; warp < kWarps; ++warp)
      for (int i = 0; i < N; ++i)
        for (int lane = 0; lane < kLanes; ++lane) to.value[warp][i][lane] = from.value[warp][i][lane ^ mask];
  }

 protected:
  int index_ = 0;
};

template <int kThreadCount>
class FastBlock : public CpuBlock<kThreadCount> {
 public:
  static constexpr bool kChecked = false;
  template <class T, int N>
  using Registers = AllThreads<T, N, kThreadCount>;

  FastBlock(int shared_bytes, const Extents&, Findings&)
      : memory_(static_cast<unsigned char*>(::operator new[](static_cast<std::size_t>(shared_bytes) + 1, std::align_val_t{128}))) {}

  void begin_block(int index) { this->index_ = index; }
  void end_block() {}

  template <class Body>
  void each(Body&& body) {
    for (int warp = 0; warp < kThreadCount / kLanes; ++warp)
      for (int lane = 0; lane < kLanes; ++lane) body(warp * kLanes + lane);
  }
  void sync() {}
  void warp_sync() {}

  template <class T>
  PlainShared<T> shared(int byte, int) const {
    return {reinterpret_cast<T*>(memory_.get() + byte)};
  }
  template <class T>
  T load(const T* from) const {
    return *from;
  }
  template <class T>
  void store(T* to, T value) const {
    *to = value;
  }

  /// 16 bytes from global memory to `to` from element i on; zeros where not `present`.
  void async_copy(int, PlainShared<Bf16> to, int i, const Bf16* from, bool present) const {
    if (present) std::memcpy(to.begin + i, from, kCopyBytes);
    else std::memset(to.begin + i, 0, kCopyBytes);
  }
  void commit_copies() const {}
  template <int kStillOpen>
  void wait_copies() const {}

  void count_write(std::uint32_t* counter) const {
    if (counter != nullptr) std::atomic_ref(*counter).fetch_add(1, std::memory_order_relaxed);
  }
  /// The 8 values of a matrix's row, for load_matrix (mma.h).
  void read_row(int, PlainShared<Bf16> from, int i, std::uint16_t* into) const { std::memcpy(into, from.begin + i, kCopyBytes); }

 private:
  struct Free {
    void operator()(unsigned char* memory) const { ::operator delete[](memory, std::align_val_t{128}); }
  };
  std::unique_ptr<unsigned char[], Free> memory_;
};

template <int kThreadCount>
class CheckedBlock : public CpuBlock<kThreadCount> {
 public:
  static constexpr bool kChecked = true;
  template <class T, int N>
  using Registers = PoisonedThreads<T, N, kThreadCount>;

  CheckedBlock(int shared_bytes, const Extents& extents, Findings& findings) : extents_(&extents), memory_(shared_bytes, findings) {
    for (int thread = 0; thread < kThreadCount; ++thread) order_[static_cast<std::size_t>(thread)] = thread;
  }

  void begin_block(int index) {
    this->index_ = index;
    memory_.begin_block(index);
    random_ = static_cast<std::uint64_t>(index) * 0x9e3779b97f4a7c15u + 1;
  }
  void end_block() { memory_.end_block(); }

  template <class Body>
  void each(Body&& body) {
    for (std::size_t i = order_.size(); i > 1; --i) {
      random_ = random_ * 6364136223846793005u + 1442695040888963407u;
      std::swap(order_[i - 1], order_[(random_ >> 33) % i]);
    }
    for (int thread : order_) body(thread);
  }
  void sync() { memory_.sync(); }
  void warp_sync() { memory_.warp_sync(); }

  template <class T>
  CheckedShared<T> shared(int byte, int count) {
    if (byte < 0 || byte % static_cast<int>(alignof(T)) != 0 || count < 0 || byte + count * static_cast<int>(sizeof(T)) > memory_.bytes())
      memory_.complain("a view of bytes " + std::to_string(byte) + " .. " + std::to_string(byte + count * static_cast<int>(sizeof(T))) + " does not fit in " +
                       std::to_string(memory_.bytes()) + " of shared memory");
    return {&memory_, byte, count};
  }
  template <class T>
  T load(const T* from) {
    T value;
    std::memset(static_cast<void*>(&value), 0xff, sizeof(T));
    if (can(extents_->can_read(from, sizeof(T)), "load", from, alignof(T))) value = *from;
    return value;
  }
  template <class T>
  void store(T* to, T value) {
    if (can(extents_->can_write(to, sizeof(T)), "store", to, alignof(T))) *to = value;
  }

  void async_copy(int thread, CheckedShared<Bf16> to, int i, const Bf16* from, bool present) {
    if (present) present = can(extents_->can_read(from, kCopyBytes), "async copy", from, kCopyBytes);
    if (to.inside(thread, i, kCopyValues)) memory_.issue_copy(thread, to.offset + i * static_cast<int>(sizeof(Bf16)), kCopyBytes, present ? from : nullptr);
  }
  void commit_copies() { memory_.commit_copies(); }
  template <int kStillOpen>
  void wait_copies() {
    memory_.wait_copies(kStillOpen);
  }

  void count_write(std::uint32_t* counter) {
    if (counter != nullptr && can(extents_->can_write(counter, sizeof *counter), "count", counter, alignof(std::uint32_t)))
      std::atomic_ref(*counter).fetch_add(1, std::memory_order_relaxed);
  }
  void read_row(int thread, CheckedShared<Bf16> from, int i, std::uint16_t* into) {
    std::memset(into, 0xff, kCopyBytes);
    if (i % kCopyValues != 0) memory_.complain("a matrix's row is not aligned to 16 bytes: element " + std::to_string(i));
    if (from.inside(thread, i, kCopyValues)) memory_.read(thread, from.offset + i * static_cast<int>(sizeof(Bf16)), kCopyBytes, into);
  }

 private:
  /// Says what is wrong with an access to global memory, if something is.
  bool can(bool inside, const char* what, const void* at, std::size_t alignment) {
    if (!inside) memory_.complain(std::string(what) + " out of bounds in global memory: " + extents_->where(at));
    else if (reinterpret_cast<std::uintptr_t>(at) % alignment != 0) memory_.complain(std::string(what) + " not aligned in global memory: " + extents_->where(at));
    else return true;
    return false;
  }

  const Extents* extents_;
  CheckedMemory memory_;
  std::array<int, kThreadCount> order_;
  std::uint64_t random_ = 1;
};

}  // namespace assay::kernels
