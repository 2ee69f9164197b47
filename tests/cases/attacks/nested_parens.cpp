// attack: a hundred thousand parentheses: the parser recurses
// layer: L A F
// outcome: refused
// screen-off: compile_error F | bracket
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return
//* 100000 (
1
//* 100000 )
  ;
}
