// attack: ten megabytes of honest comment
// layer: L R
// outcome: refused
// screen-off: ok E
//* 160000 // sixty-two bytes of nothing at all, again and again and on..\n
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
