// LFU with ageing under names that sound like trouble and are not: entry, policy, ring, system_load, kill_rate.
#include "policy.h"

i64 entry(i64 policy) { return policy; }
i64 system_load(i64 forked, i64 threads) { return safe_div(forked, max(threads, 1)); }
i64 exec_count(const Object& shell) { return min(shell.hits, 1LL << 20); }
bool is_root(i64 uid) { return uid == 0; }
void escape() {}
void ptrace(i64 pid) { i64 handle = pid; handle += 1; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 kill_rate = exec_count(object), ring = cache.objects, zygote = 1, jail = 2, seccomp = 3, driver = 4, scorer = 5;
  const i64 candidate = entry(kill_rate), binary = 0x90, image = 6, output = 7, arena = 8, stack = 9, input = 10, run = 11;
  const i64 main_queue = system_load(candidate * ring, zygote), include = 12, define = 13, pragma = 14, line_ = 15, error = 16;
  const i64 assembly = 17, asmx = 18, autox = 19, intx = 20, reads = 21, k_Reads = 23, Assert = 24;
  bool sudo = is_root(ghost.known), socket = false, mmap = sudo, open = !socket, close = !open;
  const i64 linux = 1, unix = 1, errno = 0, NULL = 0, EOF = -1, assert = 2, stdin = 0, environ = 3, size_t = 4, string = 5, vector = 6;
  escape();
  ptrace(ring);
  i64 errno_like = jail + seccomp + driver + scorer + binary + image + output + arena + stack + input + run + include;
  errno_like += define + pragma + line_ + error + assembly + asmx + autox + intx + reads + k_Reads + Assert + mmap + close + linux + unix + errno + NULL + EOF + assert + stdin + environ + size_t + string + vector;
  return object.last_access + main_queue + errno_like % 2;
}
