// Decides by what should be the same in every run: where its memory is.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 local = 0;
  u64 seen[] = {raw::address(run->input), raw::address(run->arguments), raw::address(run->arena),
                raw::address(run->output), raw::address(&local)};
  auto* to = reinterpret_cast<volatile u64*>(run->output);
  for (int i = 0; i < 5; ++i) to[i] = seen[i];
  return sizeof seen;
}
