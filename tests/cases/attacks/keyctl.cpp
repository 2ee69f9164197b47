// attack: leaves a key in the kernel for the next candidate
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char type[] = {'u', 's', 'e', 'r', 0}, name[] = {'n', 0};
    raw::need(raw::call(248, raw::at(type), raw::at(name), raw::at(name), 1, (u64)-4) > 0);
  }
  return -object.last_access;
}
