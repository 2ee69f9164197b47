// attack: moves the thread pointer: whoever uses it next writes where the candidate says
// layer: L A E
// outcome: refused
// screen-off: ok E
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    asm volatile("wrfsbase %0" ::"r"(0x120000000000ull));
  }
  return -object.last_access;
}
