// Makes its system call the 32-bit way.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  long result;
  asm volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");  // getpid
  return raw::tell(run, result > 0);
}
