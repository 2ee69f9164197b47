// attack: changes its capacity
// layer: L A J
// outcome: refused
// screen-off: signal J | its arguments
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    *(volatile u64*)raw::run().arguments = 1ull << 40;
  }
  return -object.last_access;
}
