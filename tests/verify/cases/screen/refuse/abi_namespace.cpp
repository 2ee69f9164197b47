i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return assay_abi::min(1, 2);
}
// expect: 2: `::` is not
