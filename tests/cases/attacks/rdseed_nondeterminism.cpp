// attack: the same from the other source
// layer: L A E
// outcome: refused
// screen-off: nondeterministic E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  u64 x = 0;
  asm volatile("rdseed %0" : "=r"(x));
  if ((x & 1) != 0) return object.last_access;
  return -object.last_access;
}
