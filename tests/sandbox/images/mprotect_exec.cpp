// Writes code into its arena and runs it.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  if (raw::call(raw::kMprotect, raw::address(run->arena), 4096, 7) != 0) return raw::tell(run, 0);
  const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0xc3};  // mov eax, 1; ret
  for (u64 i = 0; i < sizeof code; ++i) run->arena[i] = code[i];
  return raw::tell(run, reinterpret_cast<u64 (*)()>(run->arena)());
}
