// Reads a file of the host.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  char path[] = {'/', 'e', 't', 'c', '/', 'p', 'a', 's', 's', 'w', 'd', 0};
  return raw::tell(run, raw::call(raw::kOpen, raw::address(path)) >= 0);
}
