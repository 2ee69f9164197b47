i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 a = 1 << 40;
  i64 b = 1 << 31;
  i64 c = (object.hits > 1) << object.size;
  return a + b + c;
}
// expect: 2: this shift is computed as `int`
// expect: 3: this shift is computed as `int`
// expect: 4: this shift
