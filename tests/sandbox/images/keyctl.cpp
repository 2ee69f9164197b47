// Leaves a note in a keyring for the next candidate.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  char type[] = {'u', 's', 'e', 'r', 0}, name[] = {'n', 0};
  return raw::tell(run, raw::call(raw::kAddKey, raw::address(type), raw::address(name), raw::address(name), 1,
                                  static_cast<u64>(-4)) > 0);
}
