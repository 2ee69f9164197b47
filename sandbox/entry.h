#pragma once
// How the run jail calls a compiled candidate with its driver. C++20, freestanding: the driver includes it, the jail
// includes it, a candidate never sees it.

#if !defined(ASSAY_ABI_TYPES)
#define ASSAY_ABI_TYPES
using i64 = long long;
using u64 = unsigned long long;
#endif

/// The driver's whole world. All memory is mapped before the call and nothing can be mapped later.
struct AssayRun {
  const unsigned char* input;  ///< the instance, read-only, shared with the parent
  u64 input_bytes;
  const unsigned char* arguments;  ///< a few bytes from the domain (capacity, flags), read-only
  u64 arguments_bytes;
  unsigned char* arena;  ///< zeroed scratch memory
  u64 arena_bytes;
  unsigned char* output;  ///< decisions; the parent reads them after the run
  u64 output_bytes;
};

/// `assay_entry` returns the number of output bytes written, or one of these.
constexpr u64 kAssayOutputFull = ~0ull;         ///< more decisions than the buffer holds
constexpr u64 kAssayAbandoned = ~0ull - 1;      ///< the abandon bound in the arguments was passed
constexpr u64 kAssayBadArguments = ~0ull - 2;   ///< arena or arguments do not fit the instance: a harness defect
constexpr u64 kAssayBrokeContract = ~0ull - 3;  ///< the policy answered outside its declared range

extern "C" u64 assay_entry(const AssayRun* run);
