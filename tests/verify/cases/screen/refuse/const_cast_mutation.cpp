i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const_cast<Object&>(object).hits = 3;
  return 1;
}
// expect: 2: `const_cast` is not in the policy language; records that the contract gives as const are read-only
