// Leaves a symbolic link.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  char to[] = {'/', 'e', 't', 'c', 0}, at[] = {'/', 't', 'm', 'p', '/', 'a', 's', 'y', 'm', 0}, root[] = {'/', 'a', 0};
  return raw::tell(run, (raw::call(raw::kSymlink, raw::address(to), raw::address(at)) == 0) +
                            (raw::call(raw::kSymlink, raw::address(to), raw::address(root)) == 0));
}
