// Looks at everything and answers by a hash of it: two machines that show it the same make the same decisions, and few
// others do. Answers are few, so that there are ties, and they rise and fall.

u64 mixed(u64 hash, i64 value) {
  hash = (hash ^ static_cast<u64>(value)) * 0x9e3779b97f4a7c15ull;
  return hash ^ (hash >> 29);
}

template <class... Values>
u64 all_mixed(u64 hash, Values... values) {
  ((hash = mixed(hash, values)), ...);
  return hash;
}

u64 mixed(u64 hash, const Spread& spread) {
  hash = all_mixed(hash, spread.p10, spread.p25, spread.p50, spread.p75, spread.p90);
  return hash;
}

i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  u64 hash = 1;
  hash = all_mixed(hash, object.size, object.hits, object.age, object.lifetime, object.last_access, object.inserted, ghost.known,
                   ghost.hits, ghost.age, ghost.residency, cache.now, cache.capacity, cache.used, cache.objects,
                   cache.evictions, cache.last_evicted_priority);
  hash = mixed(mixed(mixed(hash, cache.hits), cache.ages), cache.sizes);
  // Now and then as recency would have it, so that every part of the order is in use.
  return (hash & 3) == 0 ? cache.now : static_cast<i64>((hash >> 8) % 41) - 20;
}
