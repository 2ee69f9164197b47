// attack: a segment of its own in the local descriptor table
// layer: L A S
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    unsigned entry[4] = {0, 0, 0xfffff, 0x51};
    raw::need(raw::call(154, 1, raw::at(entry), 16) == 0);
  }
  return -object.last_access;
}
