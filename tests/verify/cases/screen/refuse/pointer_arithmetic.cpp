i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const Object* p = &object;
  return *(&object.size + 1);
}
// expect: 2: is a pointer
// expect: 3: no pointers
