// attack: a number that is none, as an answer
// layer: L A E
// outcome: refused
// screen-off: protocol_violation E | range
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) return (i64)(0.0 / (f64)object.hits);
  return -object.last_access;
}
