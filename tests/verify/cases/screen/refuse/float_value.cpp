i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const double x = object.hits;
  return x * 1.5;
}
// expect: 2: `double` is not
// expect: 3: a floating-point number
