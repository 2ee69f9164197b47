// Asks for the time by the page at the top of all address spaces.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  auto time = reinterpret_cast<long (*)(long*)>(0xffffffffff600400);
  return raw::tell(run, time(nullptr) > 0);
}
