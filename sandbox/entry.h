#pragma once
// How the run jail calls a compiled candidate with its driver. C++20, freestanding: the driver includes it, the jail
// includes it, a candidate never sees it.

#if !defined(ASSAY_ABI_TYPES)
#define ASSAY_ABI_TYPES
using i64 = long long;
using u64 = unsigned long long;
#endif

// Decisions leave through a ring of blocks that the parent empties while the run goes on: block k, the bytes from
// k * block_bytes of all decisions, lies at output + k % ring_blocks * block_bytes. It is handed over by its entry in
// AssayRing::blocks. A driver whose decisions fit one block writes to `output` and returns how many bytes there are.
constexpr u64 kAssayMostBlocks = 64;

struct AssayBlock {
  u64 number;  ///< k + 1 once block k is whole
  u64 bytes;   ///< block_bytes, but for the last block
};

/// Shared with the parent, who believes nothing in it (sandbox/ring_reader.h).
struct AssayRing {
  u64 taken;  ///< blocks that the parent has copied out: their places are free again
  AssayBlock blocks[kAssayMostBlocks];
};

/// The driver's whole world. All memory is mapped before the call and nothing can be mapped later.
struct AssayRun {
  const unsigned char* input;  ///< the instance, read-only, shared with the parent
  u64 input_bytes;
  const unsigned char* arguments;  ///< a few bytes from the domain (capacity, flags), read-only
  u64 arguments_bytes;
  unsigned char* arena;  ///< zeroed scratch memory
  u64 arena_bytes;
  unsigned char* output;   ///< decisions: the ring's first block
  u64 output_bytes;        ///< most bytes of all decisions together; may be more than the ring holds
  AssayRing* ring;         ///< null: no ring, all of `output_bytes` lies at `output`
  u64 ring_blocks;
  u64 block_bytes;
};

/// Hands over block `number`, which is whole, and waits until the next one's place is free; returns its first byte. What waits
/// here without end meets the parent's deadline.
[[gnu::noinline, gnu::cold]] inline unsigned char* assay_next_block(const AssayRun& run, u64 number) {
  AssayBlock& block = run.ring->blocks[number % run.ring_blocks];
  block.bytes = run.block_bytes;
  __atomic_store_n(&block.number, number + 1, __ATOMIC_RELEASE);
  while (number + 1 - __atomic_load_n(&run.ring->taken, __ATOMIC_ACQUIRE) >= run.ring_blocks) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return run.output + (number + 1) % run.ring_blocks * run.block_bytes;
}

/// `assay_entry` returns the number of bytes of all decisions, or one of these. What is left of the last block is handed over for it.
constexpr u64 kAssayOutputFull = ~0ull;         ///< more decisions than the buffer holds
constexpr u64 kAssayAbandoned = ~0ull - 1;      ///< the abandon bound in the arguments was passed
constexpr u64 kAssayBadArguments = ~0ull - 2;   ///< arena or arguments do not fit the instance: a harness defect
constexpr u64 kAssayBrokeContract = ~0ull - 3;  ///< the policy answered outside its declared range

extern "C" u64 assay_entry(const AssayRun* run);
