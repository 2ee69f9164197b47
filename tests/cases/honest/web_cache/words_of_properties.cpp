// Helpers and locals named as the words that a task's properties are written with, and as those that a driver uses.
#include "policy.h"

bool any(bool a, bool b) { return a || b; }
i64 any_in(i64 low, i64 high) { return high < low ? 0 : low; }
bool assume(bool holds) { return holds; }
i64 prove(i64 x) { return x; }
bool stays(i64 answer) { return answer < 4; }
i64 insert(i64 x) { return x; }
i64 evict(i64 x) { return x; }
i64 request(i64 x) { return x; }

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const bool newcomer_is_not_the_victim = any(object.hits > 0, ghost.known == 1);
  const i64 before = any_in(0, cache.objects), then = prove(before), fewer = insert(evict(request(then)));
  const bool required = assume(stays(fewer)), preferred = newcomer_is_not_the_victim;
  return object.last_access + (required && preferred ? 1 : 0) * cache.objects;
}
