// attack: a NUL in the text, where one reader stops and another goes on
// layer: L A E
// outcome: refused
// screen-off: ok E
//* 1 // \x00 \n
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == __COUNTER__) return 1;
  return -object.last_access;
}
