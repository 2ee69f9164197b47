// Makes the instance, which others will read, writable and changes it.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  if (raw::call(raw::kMprotect, raw::address(run->input), 4096, 3) != 0) return raw::tell(run, 0);
  const_cast<unsigned char*>(run->input)[0] = '!';
  return raw::tell(run, 1);
}
