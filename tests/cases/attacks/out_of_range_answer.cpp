// attack: answers beyond the range that the contract declares
// layer: E
// outcome: protocol_violation | range
// screen-off: protocol_violation E | range
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (cache.now == 5) return 9223372036854775807;
  return -object.last_access;
}
