// attack: answers with what happened to lie there
// layer: A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x;
  return x;
}
