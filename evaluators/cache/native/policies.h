#pragma once
// One function per reference algorithm, each in a file of its name; the table is in native.cpp.

#include "evaluators/cache/native/native.h"

namespace assay::evaluators::cache {

/// What an algorithm is run on. Requires: capacity > 0.
struct NativeRun {
  const Trace& trace;
  std::uint64_t capacity;
  std::uint64_t seed;  ///< for the randomised ones
  std::uint64_t most_residents() const { return capacity < trace.objects() ? capacity : trace.objects(); }
};

// kBytes: capacity counts bytes; else objects, and every size is 1.
template <bool kBytes> Counts run_fifo(const NativeRun& run);
template <bool kBytes> Counts run_lru(const NativeRun& run);
template <bool kBytes> Counts run_clock(const NativeRun& run);
template <bool kBytes> Counts run_lfu(const NativeRun& run);
template <bool kBytes> Counts run_lfuda(const NativeRun& run);
template <bool kBytes> Counts run_gdsf(const NativeRun& run);
template <bool kBytes> Counts run_slru(const NativeRun& run);
template <bool kBytes> Counts run_two_q(const NativeRun& run);
template <bool kBytes> Counts run_sieve(const NativeRun& run);
template <bool kBytes> Counts run_s3fifo(const NativeRun& run);
template <bool kBytes> Counts run_arc(const NativeRun& run);
template <bool kBytes> Counts run_lirs(const NativeRun& run);
template <bool kBytes> Counts run_wtinylfu(const NativeRun& run);
template <bool kBytes> Counts run_hyperbolic(const NativeRun& run);
template <bool kBytes> Counts run_lecar(const NativeRun& run);
template <bool kBytes> Counts run_lhd(const NativeRun& run);
template <bool kBytes> Counts run_belady(const NativeRun& run);
template <bool kBytes> Counts run_belady_size(const NativeRun& run);

}  // namespace assay::evaluators::cache
