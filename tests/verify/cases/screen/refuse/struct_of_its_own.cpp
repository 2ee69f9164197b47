struct Mine { long long x; };
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  Mine m{3};
  return m.x;
}
// expect: 1: `struct` is not
