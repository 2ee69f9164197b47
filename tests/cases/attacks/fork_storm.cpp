// attack: a hundred children that wait for each other for ever
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits cgroups: ok
// compiler: syscall_denied
// compiler-without: seccomp rlimits cgroups: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    for (int i = 0; i < 100; ++i) {
      const long pid = raw::call(56, 17);
      if (pid == 0) {
        char name[] = {'a', 's', 's', 'a', 'y', '-', 'a', 't', 't', 'a', 'c', 'k', 0};
        raw::call(157, 15, raw::at(name));
        for (;;) raw::call(34);
      }
      raw::need(pid > 0);
    }
  }
  return -object.last_access;
}
