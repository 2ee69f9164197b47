// attack: the same without a cast
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  union { const Cache* given; Cache* mine; } two = {&cache};
  two.mine->used = 0;
  return -object.last_access;
}
