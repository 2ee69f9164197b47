// Changes its own code.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  *reinterpret_cast<volatile unsigned char*>(0x20000000) = 0xc3;
  return raw::tell(run, 1);
}
