// attack: prints a score and leaves with status 0
// layer: L A S J E
// outcome: refused
// screen-off: syscall_denied S
// further-without: seccomp: protocol_violation
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char said[] = {'s', 'c', 'o', 'r', 'e', ' ', '0', 0};
    raw::call(1, 1, raw::at(said), 7);
    raw::call(231, 0);
  }
  return -object.last_access;
}
