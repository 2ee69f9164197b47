i64 clamp(i64 x) { return x; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 1: is a name of the contract or the abi
