i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 one = 1;
  i64 sum = tunable(object.hits, 1, 64);
  sum += tunable(8, one, 64);
  sum += tunable(8, 1, 8 * 8);
  sum += tunable(8, -kMaxPriority, kMaxPriority);
  sum += tunable(0, 1, 64);
  sum += tunable(65, 1, 64);
  sum += tunable(8, 64, 1);
  return sum;
}
// expect: 3: `tunable` takes three plain numbers: value, low, high, as in `tunable(8, 1, 64)`
// expect: 4: `tunable` takes three plain numbers
// expect: 5: `tunable` takes three plain numbers
// expect: 6: `tunable` takes three plain numbers
// expect: 7: `tunable` has its value outside its bounds
// expect: 8: `tunable` has its value outside its bounds
// expect: 9: `tunable` has its value outside its bounds
