// attack: many loops at compile time, each just under the limit of steps
// layer: L R
// outcome: refused
// screen-off: timeout R | compile was not done
constexpr i64 spin() {
  i64 x = 0;
  for (i64 i = 0; i < 190000; ++i) x += i & 3;
  return x;
}
//* 300 static_assert(spin() > 0);
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
