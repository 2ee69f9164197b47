// A heuristic that grades the object against every percentile that the contract has, and sums the grades with weights.
#include "policy.h"

i64 grade(i64 value, const Spread& spread) {
  i64 points = 0;
  points += value >= spread.p10;
  points += value >= spread.p25;
  points += value >= spread.p50;
  points += value >= spread.p75;
  points += value >= spread.p90;
  return points;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 frequency = grade(object.hits, cache.hits);
  const i64 staleness = grade(object.age, cache.ages);
  const i64 bulk = grade(min(object.size, kMaxRequests), cache.sizes);
  const i64 past = ghost.known * grade(ghost.hits, cache.hits);
  const i64 points = 7 * frequency + 5 * past - 3 * staleness - bulk;
  return object.last_access + points * cache.objects / 8;
}
