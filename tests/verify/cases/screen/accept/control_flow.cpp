i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 best = 0;
  for (i64 i = 0; i < 8; i++) {
    if (i == 3) continue;
    for (i64 j = 10; j > i; --j)
      if (object.hits > j * i)
        best += j;
      else
        break;
    {
      i64 inner = best;
      best = inner + 1;
    }
    ;
  }
  if (best > 100) {
    return 100;
  } else if (best > 50)
    return 50;
  else {
    if (best > 10) return 10;
  }
  if (best > 5) {
  } else {
  }
  constexpr i64 last = 3;
  if (best == last) return 1; else if (best == 4) return 2; else return 3;
}
