// Reads the memory of its parent.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  struct Part {
    u64 at, bytes;
  } mine = {raw::address(run->arena), 8}, theirs = {raw::address(run->arguments), 8};
  long parent = raw::call(raw::kGetppid);
  return raw::tell(run, raw::call(raw::kProcessVmReadv, static_cast<u64>(parent), raw::address(&mine), 1,
                                  raw::address(&theirs), 1) > 0);
}
