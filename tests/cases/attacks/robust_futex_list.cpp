// attack: has the kernel write for it when it dies: a robust list over the answer page
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    struct {
      u64 next, offset, pending;
    } list = {raw::at(&list), 0, 0x150000000000};
    raw::need(raw::call(273, raw::at(&list), 24) == 0);
  }
  return -object.last_access;
}
