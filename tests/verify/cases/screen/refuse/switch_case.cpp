i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  switch (object.hits) { case 1: return 2; default: return 3; }
}
// expect: 2: `switch` is not in the policy language; use if/else
