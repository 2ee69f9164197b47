// Helpers named as functions of the C library and as builtins of compilers, each defined here and each harmless.
#include "policy.h"

i64 log2(i64 x) { return log2_floor(x); }
i64 sqrt(i64 x) { return 1LL << (log2(max(x, 1)) / 2); }
i64 pow(i64 x, i64 n) { i64 y = 1; for (i64 i = 0; i < min(n, 8); ++i) y = sat_mul(y, x); return y; }
i64 exp(i64 x) { return 1LL << clamp(x, 0, 40); }
i64 ceil(i64 x) { return x; }
i64 labs(i64 x) { return abs(x); }
i64 rand(i64 seed) { return seed * 1103515245 % 65536; }
i64 hash(i64 x) { return (x ^ (x >> 7)) & 1023; }
i64 time(i64 now) { return now; }
i64 clock(i64 now) { return now / 2; }
i64 read(const Ghost& ghost) { return ghost.hits; }
i64 index(i64 x) { return x & 3; }
i64 printf(i64 x) { return x; }
i64 malloc(i64 bytes) { return bytes; }
i64 free(i64 bytes) { return -bytes; }
i64 strlen(i64 x) { return x; }
i64 memcpy(i64 x) { return x; }
i64 memset(i64 x) { return x; }
i64 memcmp(i64 a, i64 b) { return a - b; }
i64 fork(i64 x) { return x + 1; }
i64 kill(i64 x) { return x - 1; }
void exit(i64 code) { abs(code); }
void abort() { return; }
i64 system(i64 load) { return load / 2; }
i64 ffs(i64 x) { return x & -x; }
i64 popcount(i64 x) { return x & 1; }
i64 swap(i64 x) { return x; }
i64 signal(i64 x) { return x; }
i64 write(i64 x) { return x; }
i64 atexit(i64 x) { return x; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 hits = min(object.hits, 1 << 20);
  exit(0);
  abort();
  i64 x = sqrt(hits) + pow(2, log2(hits + 1) / 4) + exp(2) + ceil(1) + labs(-3) + rand(cache.now % 65536) % 2 + hash(hits) % 2;
  x += time(0) + clock(0) + min(read(ghost), 4) + index(hits) + printf(0) + malloc(8) + free(8) + strlen(1) + memcpy(0) + memset(0);
  x += memcmp(1, 1) + fork(0) + kill(1) + system(2) + ffs(hits) % 2 + popcount(hits) + swap(0) + signal(0) + write(0) + atexit(0);
  return object.last_access + x * cache.objects / 64;
}
