// attack: good for a while, then without end: what was decided so far must not count
// layer: R E
// outcome: timeout | deadline
// screen-off: timeout R
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now > 300) {
    i64 x = 0;
    for (i64 i = 0; i >= 0; i += 0) { x += 1; }
    if (x == 3) return 1;
  }
  return object.last_access;
}
