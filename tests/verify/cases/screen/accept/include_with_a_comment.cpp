#include "policy.h"  // the contract: /* records */ and "functions"
  #include "policy.h"//again
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return object.last_access; }
