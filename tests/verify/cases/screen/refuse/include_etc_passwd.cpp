#include </etc/passwd>
# include "policy.h" "/etc/passwd"
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return 1;
}
// expect: 1: a preprocessor directive
// expect: 2: a preprocessor directive
