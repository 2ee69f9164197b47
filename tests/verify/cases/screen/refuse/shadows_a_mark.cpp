i64 tunable(i64 x) { return x; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 ftunable = 1;
  return ftunable;
}
// expect: 1: is a name of the contract or the abi
// expect: 3: is a name of the contract or of a function
