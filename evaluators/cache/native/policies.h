#pragma once
// One function per reference algorithm; the table is in native.cpp.

#include "evaluators/cache/native/native.h"

namespace assay::evaluators::cache {

/// What an algorithm is run on. Requires: capacity > 0.
struct NativeRun {
  const Trace& trace;
  std::uint64_t capacity;
  std::uint64_t seed;
};

/// Each pair is one algorithm, in unit `objects` and `bytes`.
template <bool kBytes> Counts run_fifo(const NativeRun& run);
template <bool kBytes> Counts run_lru(const NativeRun& run);

}  // namespace assay::evaluators::cache
