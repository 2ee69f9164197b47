// attack: writes to memory past its protection
// layer: L A S R D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char path[] = {'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'm', 'e', 'm', 0};
    raw::need(raw::call(2, raw::at(path), 2) >= 0);
  }
  return -object.last_access;
}
