// attack: attaches to process 1, the zygote
// layer: L A S D
// outcome: refused
// screen-off: syscall_denied S
// compiler: syscall_denied
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::need(raw::call(101, 16, 1) == 0);
  }
  return -object.last_access;
}
