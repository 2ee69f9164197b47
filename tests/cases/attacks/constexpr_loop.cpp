// attack: an endless loop at compile time
// layer: A F
// outcome: refused
// screen-off: compile_error F | constant expression
constexpr i64 spin() {
  i64 x = 0;
  for (;;) x ^= 1;
  return x;
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  constexpr i64 spun = spin();
  if (object.hits == spun) return 1;
  return -object.last_access;
}
