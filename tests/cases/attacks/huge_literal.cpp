// attack: an integer literal of fifty thousand digits
// layer: A F
// outcome: refused
// screen-off: compile_error F
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1
//* 50000 9
;
}
