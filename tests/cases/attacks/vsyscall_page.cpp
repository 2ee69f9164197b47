// attack: asks for the time by the page at the top of all address spaces
// layer: L A S J
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    auto time = (long (*)(long*))0xffffffffff600400;
    raw::need(time(nullptr) > 0);
  }
  return -object.last_access;
}
