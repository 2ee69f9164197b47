// attack: halts the processor
// layer: L A J
// outcome: refused
// screen-off: signal J | clock
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) asm volatile("hlt");
  return -object.last_access;
}
