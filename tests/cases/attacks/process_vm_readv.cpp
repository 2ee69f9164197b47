// attack: reads the zygote's memory
// layer: L A S D
// outcome: refused
// screen-off: syscall_denied S
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    struct Part {
      u64 at, bytes;
    } mine = {raw::at(raw::run().arena), 8}, theirs = {0x150000000000, 8};
    raw::need(raw::call(310, 1, raw::at(&mine), 1, raw::at(&theirs), 1) > 0);
  }
  return -object.last_access;
}
