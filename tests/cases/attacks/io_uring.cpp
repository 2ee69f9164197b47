// attack: the kernel's other way in
// layer: L A S R
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    for (u64 i = 0; i < 120; ++i) raw::run().arena[i] = 0;
    raw::need(raw::call(425, 4, raw::at(raw::run().arena)) >= 0);
  }
  return -object.last_access;
}
