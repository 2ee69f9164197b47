// 2Q (Johnson and Shasha 1994): A1in orders by insertion, Am by access, and a remembered newcomer goes to Am at once.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const bool in_am = ghost.known == 1 && ghost.age < cache.objects / 2;
  const bool correlated = object.hits > 0 && object.lifetime < cache.objects / 4;
  if (in_am) return object.last_access + cache.objects;
  if (object.hits == 0 || correlated) return object.inserted;
  return object.last_access + cache.objects;
}
