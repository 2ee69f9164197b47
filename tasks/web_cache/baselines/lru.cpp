// LRU: the object that was not requested for longest leaves first.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return object.last_access; }
