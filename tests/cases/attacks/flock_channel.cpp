// attack: talks to another candidate by a lock on a descriptor
// layer: L A S J
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    u64 locked = 0;
    for (u64 fd = 0; fd < 64; ++fd) locked += raw::call(73, fd, 2) == 0;
    raw::need(locked > 0);
  }
  return -object.last_access;
}
