// Reads its own maps.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  char path[] = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'm', 'a', 'p', 's', 0};
  return raw::tell(run, raw::call(raw::kOpen, raw::address(path)) >= 0);
}
