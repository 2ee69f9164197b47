i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return std::max(object.hits, object.size);
}
// expect: 2: `std` is not in the policy language; there is no library
