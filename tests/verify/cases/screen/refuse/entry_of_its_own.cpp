i64 assay_entry(i64 run) { return run; }
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return 1; }
// expect: 1: reserved name
