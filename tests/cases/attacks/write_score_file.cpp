// attack: writes its own score
// layer: L A S R D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char path[] = {'/', 't', 'm', 'p', '/', 'a', 's', 's', 'a', 'y', '-', 'a', 't', 't', 'a', 'c', 'k', '-', 's', 'c', 'o', 'r', 'e', 0};
    raw::need(raw::call(2, raw::at(path), 0x41, 0600) >= 0);
  }
  return -object.last_access;
}
