// attack: writes "bad arguments", which would be our defect, to stop the campaign
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | forged
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::answer()[1] = ~0ull - 2;
    raw::answer()[0] = raw::kAnswered;
    raw::call(231, 0);
  }
  return -object.last_access;
}
