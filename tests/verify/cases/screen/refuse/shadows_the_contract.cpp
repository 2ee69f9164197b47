i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 kMaxSize = 1;
  i64 priority = 2;
  if (true) { i64 object = 3; }
  return kMaxSize;
}
// expect: 2: is a name of the contract
// expect: 3: is a name of the contract
// expect: 4: already declared
