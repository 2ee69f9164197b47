// FIFO: the object that was inserted first leaves first.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) { return object.inserted; }
