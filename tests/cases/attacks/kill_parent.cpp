// attack: kills whoever waits for it
// layer: L A S D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(raw::call(62, (u64)-1, 9) == 0);
  }
  return -object.last_access;
}
