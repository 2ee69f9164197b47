// expect: 5: a preprocessor directive
// expect: 6: a preprocessor directive
// expect: 7: a preprocessor directive
// expect: 8: a preprocessor directive
#include "policy.h" i64 helper(i64 x) { return x; }
#include "policy.h" /* a comment that goes on, and the directive with it
*/ #define X 1 // not a comment in front of it
#include "other.h"  // policy.h
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return object.last_access; }
