// attack: statements inside an expression
// layer: A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x = ({ i64 y = object.hits; y + 1; });
  if (x == -1) return 1;
  return -object.last_access;
}
