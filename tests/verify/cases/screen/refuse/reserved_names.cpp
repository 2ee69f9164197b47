i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 _x = 1;
  i64 kReads_Cache_now = 1;
  return _x;
}
// expect: 2: reserved name
// expect: 3: reserved name
