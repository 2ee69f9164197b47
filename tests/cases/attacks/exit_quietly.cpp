// attack: leaves with status 0 by a call that is allowed
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | before
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 0) {
    raw::call(231, 0);
  }
  return -object.last_access;
}
