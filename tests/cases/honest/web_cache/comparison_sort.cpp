// A sorting network over seven numbers in locals, and the median of them as the threshold.
#include "policy.h"

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 a = object.age, b = ghost.age, c = ghost.residency, d = cache.ages.p50, e = cache.ages.p75, f = object.lifetime, g = cache.objects;
  i64 t = 0;
  t = min(a, b); b = max(a, b); a = t;
  t = min(c, d); d = max(c, d); c = t;
  t = min(e, f); f = max(e, f); e = t;
  t = min(a, c); c = max(a, c); a = t;
  t = min(b, d); d = max(b, d); b = t;
  t = min(e, g); g = max(e, g); e = t;
  t = min(f, g); g = max(f, g); f = t;
  t = min(b, c); c = max(b, c); b = t;
  t = min(a, e); e = max(a, e); a = t;
  t = min(b, f); f = max(b, f); b = t;
  t = min(d, g); g = max(d, g); d = t;
  t = min(c, f); f = max(c, f); c = t;
  t = min(c, e); e = max(c, e); c = t;
  t = min(d, f); f = max(d, f); d = t;
  t = min(d, e); e = max(d, e); d = t;
  return object.last_access + (object.age <= d ? d : 0);
}
