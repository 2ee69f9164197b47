// attack: a second thread, as a clock or to write the answer later
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp rlimits: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    const long thread = raw::call(56, 0x10f00, raw::at(raw::run().arena) + raw::run().arena_bytes);
    if (thread == 0)
      for (;;) asm volatile("pause");
    raw::need(thread > 0);
  }
  return -object.last_access;
}
