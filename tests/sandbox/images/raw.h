#pragma once
// For images of attacks: system calls without a library, and how an attack tells what it got.

#include "sandbox/entry.h"

namespace raw {

inline long call(long number, u64 a = 0, u64 b = 0, u64 c = 0, u64 d = 0, u64 e = 0, u64 f = 0) {
  long result;
  register u64 r10 asm("r10") = d;
  register u64 r8 asm("r8") = e;
  register u64 r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

inline u64 address(const void* at) { return reinterpret_cast<u64>(at); }

/// Leaves `got` (0: the attempt failed) as the run's only decision.
inline u64 tell(const AssayRun* run, u64 got) {
  *reinterpret_cast<volatile u64*>(run->output) = got;
  return sizeof got;
}

// x86-64 numbers (arch/x86/entry/syscalls/syscall_64.tbl).
// clang-format off
enum Number : long {
  kOpen = 2, kMmap = 9, kMprotect = 10, kGetpid = 39, kSocket = 41, kClone = 56, kKill = 62, kFcntl = 72,
  kFlock = 73, kLink = 86, kSymlink = 88, kPtrace = 101, kGetppid = 110, kSetsid = 112, kExit = 60, kTime = 201,
  kKeyctl = 250, kAddKey = 248, kExitGroup = 231, kProcessVmReadv = 310, kMemfdCreate = 319, kIoUringSetup = 425,
};
// clang-format on

}  // namespace raw
