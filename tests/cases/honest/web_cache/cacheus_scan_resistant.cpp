// CACHEUS (Rodriguez et al. 2021): a scan-resistant LRU and a churn-resistant LFU, of which the one that fits the moment decides.
#include "policy.h"

i64 scan_resistant(const Object& object, const Cache& cache) {
  return object.hits == 0 ? object.inserted - cache.objects : object.last_access;
}

i64 churn_resistant(const Object& object, const Cache& cache) {
  const i64 frequency = min(object.hits, 64);
  // Among equals the one most recently used leaves first, so that a working set that does not fit keeps a part of itself.
  return object.inserted + frequency * cache.objects - min(object.age, cache.objects) / 2;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const bool is_churning = cache.hits.p50 == cache.hits.p75 && cache.hits.p75 <= 1;
  const bool is_scanning = cache.hits.p75 == 0;
  if (is_scanning) return scan_resistant(object, cache);
  if (is_churning) return churn_resistant(object, cache);
  return max(scan_resistant(object, cache), churn_resistant(object, cache));
}
