// attack: says that it wrote more than the output holds
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | claims
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::answer()[1] = raw::run().output_bytes + 4;
    raw::answer()[0] = raw::kAnswered;
    raw::call(231, 0);
  }
  return -object.last_access;
}
