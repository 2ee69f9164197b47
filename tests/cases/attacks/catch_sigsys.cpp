// attack: installs a handler for the signal of a denied call
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    struct {
      u64 handler, flags, restorer, mask;
    } action = {0x200000000000, 0x4000000, 0x200000000000, 0};
    raw::need(raw::call(13, 31, raw::at(&action), 0, 8) == 0);
  }
  return -object.last_access;
}
