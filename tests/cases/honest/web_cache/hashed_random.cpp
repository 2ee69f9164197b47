// Random replacement: the priority is a hash of what is known of the object, the same in every run.
#include "policy.h"

// Multiply and shift on 31 bits, where no product leaves i64; the constants are those of murmur3's finaliser, cut to fit.
i64 avalanche(i64 h) {
  h &= 0x7fffffff;
  h ^= h >> 16;
  h = h * 0x05ebca6bLL & 0x7fffffff;
  h ^= h >> 13;
  h = h * 0x42b2ae35LL & 0x7fffffff;
  h ^= h >> 16;
  return h;
}

i64 combine(i64 seed, i64 value) { return avalanche(seed ^ avalanche(value ^ (value >> 31)) ^ (seed << 6 & 0x7fffffff)); }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 h = 0x1234567;
  h = combine(h, object.size);
  h = combine(h, object.inserted);
  h = combine(h, object.hits);
  return h;
}
