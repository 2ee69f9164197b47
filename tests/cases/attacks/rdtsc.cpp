// attack: reads the processor's clock
// layer: L A J
// outcome: refused
// screen-off: signal J | clock
// further-without: clock: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(__builtin_ia32_rdtsc() != 0);
  }
  return -object.last_access;
}
