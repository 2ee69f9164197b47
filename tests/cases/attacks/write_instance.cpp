// attack: changes the instance to one that it is good at
// layer: L A J
// outcome: refused
// screen-off: signal J | its input
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    *(volatile u64*)(raw::run().input + 8) = 1;
  }
  return -object.last_access;
}
