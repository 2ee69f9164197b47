// Leaves a hard link.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  char to[] = {'/', 'e', 't', 'c', '/', 'p', 'a', 's', 's', 'w', 'd', 0},
       at[] = {'/', 't', 'm', 'p', '/', 'a', 'l', 'n', 'k', 0};
  return raw::tell(run, raw::call(raw::kLink, raw::address(to), raw::address(at)) == 0);
}
