// attack: opens a file of the host
// layer: L A S R D
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits landlock namespaces: ok
// compiler: signal
// compiler-without: seccomp rlimits landlock namespaces: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char path[] = {'/', 'e', 't', 'c', '/', 'p', 'a', 's', 's', 'w', 'd', 0};
    raw::need(raw::call(2, raw::at(path)) >= 0);
  }
  return -object.last_access;
}
