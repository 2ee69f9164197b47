// Counts what an earlier run left in its output, arena and stack.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 found = 0;
  for (u64 i = 0; i < run->output_bytes; ++i) found += run->output[i] != 0;
  for (u64 i = 0; i < run->arena_bytes; ++i) found += run->arena[i] != 0;
  volatile unsigned char below[4096];
  for (u64 i = 0; i < sizeof below - 256; ++i) found += below[i] != 0;
  return raw::tell(run, found);
}
