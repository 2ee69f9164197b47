// attack: the mildest system call
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: ok
// compiler: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(raw::call(39) > 0);
  }
  return -object.last_access;
}
