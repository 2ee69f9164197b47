// An honest run: its arguments and its input, one after the other, are its decisions.
#include "raw.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  u64 n = 0;
  for (u64 i = 0; i < run->arguments_bytes; ++i) run->output[n++] = run->arguments[i];
  for (u64 i = 0; i < run->input_bytes; ++i) run->output[n++] = run->input[i];
  return n;
}
