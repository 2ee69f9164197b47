namespace { i64 two() { return 2; } }
using namespace std;
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 2;
}
// expect: 1: `namespace` is not
// expect: 2: `using` is not
