i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 i = 0;
  for (;;) { return 1; }
  for (i = 0; i < 3; i += 1) {}
  for (i64 j = 0; j < 3;) { j += 1; }
  for (i64 j = 0, k = 0; j < 3; j += k) {}
  return i;
}
// expect: 3: write the loop as
// expect: 4: write the loop as
// expect: 5: write the loop as
// expect: 6: write the loop as
