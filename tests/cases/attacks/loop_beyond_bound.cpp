// attack: a loop of the language that has no end
// layer: R
// outcome: timeout | deadline
// screen-off: timeout R
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 x = 0;
  for (i64 i = 0; i >= 0; i += 0) { x += 1; }
  if (x == 3) return 1;
  return -object.last_access;
}
