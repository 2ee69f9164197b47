// Parameters without names, casts to void, empty statements, empty blocks and locals that nobody reads.
#include "policy.h"

void nothing() {}
void nothing_of(i64, bool) { return; }

i64 priority(const Object& object, const Cache&, const Ghost& ghost) {
  (void)ghost;
  ;;
  {}
  { { ; } }
  const i64 unread = object.hits;
  nothing();
  nothing_of(unread, true);
  abs(unread);
  if (object.hits > 3) {} else {}
  for (i64 i = 0; i < 3; ++i) {}
  for (i64 i = 0; i < 3; ++i);
  return object.last_access;
};
