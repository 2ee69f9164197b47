#pragma once
// For images that try to be deaf: every signal blocked and ignored. SIGKILL cannot be.

#include "raw.h"

namespace raw {

inline void ignore_every_signal() {
  constexpr long kSigaction = 13, kSigprocmask = 14, kBlock = 0;
  constexpr u64 kSetBytes = 8;
  const u64 all = ~0ull;
  call(kSigprocmask, kBlock, address(&all), 0, kSetBytes);
  const u64 ignore[4] = {1 /* SIG_IGN */, 0, 0, 0};  // handler, flags, restorer, mask: as the kernel has it
  for (u64 signal = 1; signal <= 64; ++signal) call(kSigaction, signal, address(ignore), 0, kSetBytes);
}

[[noreturn]] inline void spin() {
  for (;;) asm volatile("");
}

}  // namespace raw
