// attack: reads at null
// layer: L A J
// outcome: refused
// screen-off: signal J | null pointer
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) return *(volatile i64*)8;
  return -object.last_access;
}
