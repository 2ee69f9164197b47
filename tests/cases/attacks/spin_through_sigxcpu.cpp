// attack: blocks the signal of the processor limit and spins on
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: timeout
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  u64 all = ~0ull;
  if (cache.now == 5)
    for (;;) raw::call(14, 0, raw::at(&all), 0, 8);
  return -object.last_access;
}
