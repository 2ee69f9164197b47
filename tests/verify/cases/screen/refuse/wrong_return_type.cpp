bool priority(const Object& object, const Cache& cache, const Ghost& ghost) { return true; }
// expect: 1: 
