// attack: leaves a link for somebody to follow
// layer: L A S D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    char to[] = {'/', 'e', 't', 'c', 0};
    char at[] = {'/', 't', 'm', 'p', '/', 'a', 's', 's', 'a', 'y', '-', 'a', 't', 't', 'a', 'c', 'k', '-', 'l', 'i', 'n', 'k', 0};
    raw::need(raw::call(88, raw::at(to), raw::at(at)) == 0);
  }
  return -object.last_access;
}
