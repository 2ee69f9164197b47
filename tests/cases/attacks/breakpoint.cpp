// attack: stops at a breakpoint, as if for a debugger
// layer: L A J
// outcome: refused
// screen-off: signal J | SIGTRAP
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) asm("int3");
  return -object.last_access;
}
