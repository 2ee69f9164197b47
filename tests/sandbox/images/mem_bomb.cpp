// Maps memory without end, up to 4 GiB of addresses.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 mapped = 0;
  for (int i = 0; i < 64; ++i) mapped += raw::call(raw::kMmap, 0, 64u << 20, 3, 0x4022, ~0ull) > 0;
  return raw::tell(run, mapped == 64);
}
