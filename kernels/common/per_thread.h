#pragma once
// Registers that live from one phase of a kernel to the next: N values of each thread. `reg(thread, i)` on both sides.

#include <cstring>

#include "kernels/common/annotations.h"

namespace assay::kernels {

inline constexpr int kLanes = 32;

/// On the GPU: the calling thread's own. Every `i` is known when the loops are unrolled, or this goes to local memory.
template <class T, int N>
struct OneThread {
  static constexpr int kCount = N;
  T value[N];
  ASSAY_BOTH T& operator()(int, int i) { return value[i]; }
  ASSAY_BOTH const T& operator()(int, int i) const { return value[i]; }
  ASSAY_BOTH T& operator[](int) { return value[0]; }
  ASSAY_BOTH const T& operator[](int) const { return value[0]; }
};

/// On the CPU: all threads'. The 32 lanes of one register are neighbours, so that a register that holds an 8 x 8 piece of an mma's operand
/// (in the lanes' order that PTX defines) is that matrix, row by row.
template <class T, int N, int kThreads>
struct AllThreads {
  static_assert(kThreads % kLanes == 0);
  static constexpr int kCount = N;
  alignas(64) T value[kThreads / kLanes][N][kLanes];
  T& operator()(int thread, int i) { return value[thread / kLanes][i][thread % kLanes]; }
  const T& operator()(int thread, int i) const { return value[thread / kLanes][i][thread % kLanes]; }
  T& operator[](int thread) { return (*this)(thread, 0); }
  const T& operator[](int thread) const { return (*this)(thread, 0); }
};

/// In checked mode: NaN, or nonsense, until it is written.
template <class T, int N, int kThreads>
struct PoisonedThreads : AllThreads<T, N, kThreads> {
  PoisonedThreads() { std::memset(static_cast<void*>(this->value), 0xff, sizeof this->value); }
};

template <class Block, class T, int N = 1>
using PerThread = typename Block::template Registers<T, N>;

}  // namespace assay::kernels
