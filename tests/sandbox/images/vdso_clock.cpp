// Finds the vDSO by the auxiliary vector on the zygote's stack, to which the caller's rbx still leads.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64* at;
  asm volatile("mov %%rbx, %0" : "=r"(at));
  // Up the stack to the pair (AT_SYSINFO_EHDR = 33, address) that is followed by a pair with a small tag.
  while (!(at[0] == 33 && at[1] > 0x10000 && (at[1] & 4095) == 0 && at[2] < 64)) ++at;
  u64 magic = *reinterpret_cast<const unsigned*>(at[1]);
  return raw::tell(run, magic == 0x464c457f);
}
