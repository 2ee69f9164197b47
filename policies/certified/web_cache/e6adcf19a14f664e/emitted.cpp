i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const i64 widen_quarter = tunable(1, 0, 4);
  const i64 widen_half = tunable(4, 0, 8);
  const i64 widen_most = tunable(2, 0, 4);
  const i64 demotion = tunable(3, 1, 6);
  const i64 return_credit = tunable(1, 0, 1);
  const i64 gap_quarters = tunable(1, 0, 4);
  const i64 turnover = max(cache.objects, 16);
  i64 base = turnover;
  if (cache.hits.p25 == 0) {
    base += widen_quarter * turnover;
  }
  if (cache.hits.p50 == 0) {
    base += widen_half * turnover;
  }
  i64 unit = base;
  if (cache.hits.p75 == 0) {
    unit += widen_most * turnover;
  }
  const i64 count = min(object.hits, 1048575) + 1;
  i64 credit = log2_floor(count * count) * unit;
  if (object.hits > cache.hits.p75) {
    credit += unit;
  }
  i64 gap = object.age;
  if (object.hits == 0) {
    if (ghost.known == 0) {
      credit -= demotion * base;
    } else {
      i64 away = ghost.age;
      if (ghost.hits == 0) {
        away += ghost.residency;
      }
      gap = max(gap, away);
      if (ghost.hits > 0 || ghost.age < turnover) {
        credit += return_credit * unit;
      }
      if (ghost.hits > cache.hits.p75) {
        credit += unit;
      }
    }
  }
  return object.last_access - safe_div(gap * gap_quarters, 4) + credit;
}
