// The largest object leaves first, whatever it is worth.
#include "policy.h"

i64 priority(const Object& object, const Cache&, const Ghost&) { return -object.size; }
