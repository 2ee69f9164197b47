i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 scale = 1LL << 32;
  const i64 hit_worth = tunable(8, 2, 64);
  const i64 burst_cap = tunable(3, 1, 8);
  const i64 trust_slope = tunable(4, 0, 16);
  const i64 full_cap = tunable(14, 8, 32);
  const i64 tail_cap = tunable(64, 0, 512);
  const i64 proven_worth = tunable(4, 0, 32);
  const i64 crowded_out = tunable(1, 0, 8);
  const i64 squeezed = tunable(1, 0, 8);
  const i64 recall = tunable(2, 0, 8);
  const i64 recall_cap = tunable(7, 1, 32);
  const i64 soon = tunable(2, 0, 12);
  const i64 fade_span = tunable(16, 2, 256);
  const i64 horizon = fade_span * max(cache.ages.p90, 1);
  i64 rated = 0;
  if (object.hits > 0) {
    rated = sat_add(1, safe_div(sat_sub(sat_mul(object.hits, horizon), 1), horizon + object.lifetime));
  }
  const i64 trusted = burst_cap + safe_div(trust_slope * object.lifetime, cache.ages.p50);
  const i64 steady = min(rated, trusted);
  i64 worth = 1 + hit_worth * min(steady, full_cap) + clamp(steady - full_cap, 0, tail_cap);
  if (cache.hits.p25 > 0) {
    worth += squeezed;
  }
  if (cache.hits.p10 > 0) {
    worth += crowded_out;
  }
  if (object.hits > 0 && object.lifetime >= cache.ages.p50) {
    worth += proven_worth;
  }
  if (object.hits == 0 && ghost.known == 1) {
    if (ghost.hits > 0 || ghost.age < cache.ages.p90) {
      worth += hit_worth;
      if (ghost.age < cache.ages.p90) {
        worth += recall * min(ghost.hits, recall_cap);
        if (ghost.age < cache.ages.p50) {
          worth += soon;
        }
      }
    } else {
      worth += hit_worth / 3;
    }
  }
  const i64 aged = max(cache.last_evicted_priority, 0) / scale + worth;
  return min(aged, (1LL << 30) - 1) * scale + min(object.last_access, scale - 1);
}
