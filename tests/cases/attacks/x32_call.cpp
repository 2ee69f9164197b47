// attack: a call under the numbers of x32
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(raw::call(0x40000000 | 39) > 0);
  }
  return -object.last_access;
}
