// Changes the instance, as it is mapped.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  const_cast<unsigned char*>(run->input)[0] = '!';
  return raw::tell(run, 1);
}
