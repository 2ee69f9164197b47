// attack: makes a 32-bit call, whose numbers are others
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: ok
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    long result;
    asm volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    raw::need(result > 0);
  }
  return -object.last_access;
}
