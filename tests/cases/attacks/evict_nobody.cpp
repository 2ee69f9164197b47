// attack: decides to evict an object that does not exist
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | does not exist
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    auto* words = (volatile unsigned*)raw::run().output;
    for (u64 i = 0; i < 64; ++i) words[i] = 0x3ffffff;
    raw::publish(256);
    raw::answer()[1] = 256;
    raw::answer()[0] = raw::kAnswered;
    raw::call(231, 0);
  }
  return -object.last_access;
}
