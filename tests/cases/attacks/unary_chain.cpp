// attack: two hundred thousand unary operators: recursion that no bracket counts
// layer: L C
// outcome: refused
// screen-off: signal C
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return
//* 200000 -~
object.hits;
}
