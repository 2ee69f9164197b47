i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return objct.size;
}
// expect: 2: use of undeclared identifier
