// As small as a program can be, for bubblewrap and for posix_spawn: static, no library, one word to its output.
#include "tests/sandbox/images/raw.h"

extern "C" [[noreturn]] void _start() {
  constexpr long kWrite = 1;
  static const u64 word = 7;
  raw::call(kWrite, 1, raw::address(&word), sizeof word);
  raw::call(raw::kExitGroup, 0);
  __builtin_unreachable();
}
