// attack: makes a file in memory
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits: ok
// compiler: syscall_denied
// compiler-without: seccomp rlimits: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char name[] = {'m', 0};
    raw::need(raw::call(319, raw::at(name)) >= 0);
  }
  return -object.last_access;
}
