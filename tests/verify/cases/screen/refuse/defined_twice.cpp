i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return 1; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return 2; }
// expect: 2: redefinition
