// Writes to all memory that is its own, which no layer minds, and never comes back.
#include "signals.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  constexpr u64 kPage = 4096;
  for (u64 i = 0; i < run->arena_bytes; i += kPage) reinterpret_cast<volatile unsigned char*>(run->arena)[i] = 1;
  for (u64 i = 0; i < run->output_bytes; i += kPage) reinterpret_cast<volatile unsigned char*>(run->output)[i] = 1;
  raw::spin();
}
