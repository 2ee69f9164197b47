// attack: a name spelled with a universal character name
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 \u043ename = 0;
  if (\u043ename == object.hits) return 1;
  return -object.last_access;
}
