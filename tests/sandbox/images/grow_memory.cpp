// Takes 128 MiB from the kernel, piece by piece, writes to all of it and never comes back.
#include "signals.h"

extern "C" u64 assay_entry(const AssayRun* run) {
  constexpr u64 kPiece = 1u << 20, kPage = 4096;
  for (int piece = 0; piece < 128; ++piece) {
    long at = raw::call(raw::kMmap, 0, kPiece, 3, 0x22, ~0ull);
    if (at <= 0) break;
    for (u64 i = 0; i < kPiece; i += kPage) reinterpret_cast<volatile unsigned char*>(at)[i] = 1;
  }
  raw::tell(run, 1);
  raw::spin();
}
