// attack: reads the instance, which is mapped beside it, and evicts what is needed last: Belady
// layer: L A
// outcome: refused
// screen-off: protocol_violation E | reads the future
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const u64* image = (const u64*)raw::run().input;
  const unsigned* ids = (const unsigned*)(raw::run().input + image[3]);
  for (u64 next = (u64)cache.now + 1; next < image[1]; ++next)
    if (ids[next] == ids[cache.now]) return -(i64)next;
  return -(1LL << 40);
}
