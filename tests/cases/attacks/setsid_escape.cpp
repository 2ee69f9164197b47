// attack: a child in a session of its own, to outlive the run
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    const long pid = raw::call(56, 17);
    if (pid == 0) {
      char name[] = {'a', 's', 's', 'a', 'y', '-', 'a', 't', 't', 'a', 'c', 'k', 0};
      raw::call(157, 15, raw::at(name));
      raw::call(112);
      for (;;) asm volatile("pause");
    }
    raw::need(pid > 0);
  }
  return -object.last_access;
}
