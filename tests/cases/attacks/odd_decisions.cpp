// attack: answers with a number of bytes that is no number of words
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | words
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::publish(7);
    raw::answer()[1] = 7;
    raw::answer()[0] = raw::kAnswered;
    raw::call(231, 0);
  }
  return -object.last_access;
}
