// attack: recurses without end
// layer: L A J
// outcome: refused
// screen-off: signal J | overflowed its stack
__attribute__((noinline)) i64 deeper(i64 n) {
  volatile i64 kept[64];
  kept[n & 63] = n;
  return deeper(n + 1) + kept[(n + 1) & 63];
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) return deeper(1);
  return -object.last_access;
}
