// attack: writes past its output until something stops it
// layer: L A J R
// outcome: refused
// screen-off: signal J | past its output
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    for (u64 i = 0;; ++i) ((volatile unsigned char*)raw::run().output)[i] = 1;
  }
  return -object.last_access;
}
