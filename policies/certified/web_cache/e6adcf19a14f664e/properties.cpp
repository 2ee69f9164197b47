// What is proved of a policy besides its safety. Words: policies/abi/property.h. All baselines in baselines/ satisfy each
// of them, but only the first one is required: sane policies exist that break the others.
#include "policies/abi/property.h"
#include "policy.h"

/// An object just inserted is not the victim: of two newcomers alike in all but the time, the later one is not evicted first.
ASSAY_PROPERTY(newcomer_is_not_the_victim, required) {
  auto earlier = any<Object>();
  auto then = any<Cache>();
  auto ghost = any<Ghost>();
  earlier.hits = 0;
  earlier.age = 0;
  earlier.lifetime = 0;
  earlier.last_access = then.now;
  earlier.inserted = then.now;
  auto later = earlier;
  auto now = then;
  now.now = any_in(then.now, kMaxRequests);
  later.last_access = now.now;
  later.inserted = now.now;
  prove(priority(later, now, ghost) >= priority(earlier, then, ghost));
}

/// Monotone in hits: of two objects alike in all but their hits, the one with more hits is not evicted first.
ASSAY_PROPERTY(monotone_in_hits, preferred) {
  auto fewer = any<Object>();
  auto cache = any<Cache>();
  auto ghost = any<Ghost>();
  auto more = fewer;
  more.hits = any_in(fewer.hits, kMaxRequests);
  prove(priority(more, cache, ghost) >= priority(fewer, cache, ghost));
}

/// A hit does no harm: it does not lower an object's priority, with the cache as it was but for the clock.
ASSAY_PROPERTY(hit_does_no_harm, preferred) {
  auto before = any<Object>();
  auto then = any<Cache>();
  auto ghost = any<Ghost>();
  before.inserted = any_in(0, then.now);
  before.last_access = then.now;
  before.lifetime = then.now - before.inserted;
  before.age = any_in(0, before.lifetime);
  assume(before.hits < kMaxRequests && (before.hits == 0) == (before.lifetime == 0) && (before.age == 0) == (before.hits == 0));
  auto after = before;
  auto now = then;
  assume(then.now < kMaxRequests);
  now.now = any_in(then.now + 1, kMaxRequests);
  after.hits = before.hits + 1;
  after.last_access = now.now;
  after.age = now.now - then.now;
  after.lifetime = now.now - after.inserted;
  if (before.hits > 0) ghost = Ghost{};
  prove(priority(after, now, Ghost{}) >= priority(before, then, ghost));
}

/// Size is not favoured: of two objects alike in all but their size, the larger one does not rank above the smaller one.
ASSAY_PROPERTY(larger_does_not_rank_above, preferred) {
  auto smaller = any<Object>();
  auto cache = any<Cache>();
  auto ghost = any<Ghost>();
  auto larger = smaller;
  larger.size = any_in(smaller.size, kMaxSize);
  prove(priority(larger, cache, ghost) <= priority(smaller, cache, ghost));
}

/// Scale: in a cache where everything is twice as large, no pair of objects changes its order.
ASSAY_PROPERTY(order_survives_doubled_sizes, info) {
  auto a = any<Object>(), b = any<Object>();
  auto cache = any<Cache>();
  auto ghost = any<Ghost>();
  a.size = any_in(1, kMaxSize / 2);
  b.size = any_in(1, kMaxSize / 2);
  cache.capacity = any_in(1, kMaxSpace / 2);
  cache.used = any_in(0, cache.capacity);
  cache.sizes.p10 = any_in(0, kMaxRequests / 2);
  cache.sizes.p25 = any_in(cache.sizes.p10, kMaxRequests / 2);
  cache.sizes.p50 = any_in(cache.sizes.p25, kMaxRequests / 2);
  cache.sizes.p75 = any_in(cache.sizes.p50, kMaxRequests / 2);
  cache.sizes.p90 = any_in(cache.sizes.p75, kMaxRequests / 2);
  auto a2 = a, b2 = b;
  auto cache2 = cache;
  a2.size = 2 * a.size;
  b2.size = 2 * b.size;
  cache2.capacity = 2 * cache.capacity;
  cache2.used = 2 * cache.used;
  cache2.sizes.p10 = 2 * cache.sizes.p10;
  cache2.sizes.p25 = 2 * cache.sizes.p25;
  cache2.sizes.p50 = 2 * cache.sizes.p50;
  cache2.sizes.p75 = 2 * cache.sizes.p75;
  cache2.sizes.p90 = 2 * cache.sizes.p90;
  assume(priority(a, cache, ghost) < priority(b, cache, ghost));
  prove(priority(a2, cache2, ghost) <= priority(b2, cache2, ghost));
}

/// Time has no origin: counting the requests from another number changes the order of no pair of objects.
ASSAY_PROPERTY(order_survives_another_clock, info) {
  auto a = any<Object>(), b = any<Object>();
  auto cache_a = any<Cache>(), cache_b = cache_a;
  auto ghost = any<Ghost>();
  cache_b.now = any_in(cache_a.now, kMaxRequests);
  a.last_access = cache_a.now;
  b.last_access = cache_b.now;
  a.inserted = any_in(0, a.last_access);
  b.inserted = any_in(0, b.last_access);
  const i64 shift = any_in(0, kMaxRequests - cache_b.now);
  const bool a_first = priority(a, cache_a, ghost) < priority(b, cache_b, ghost);
  const bool b_first = priority(b, cache_b, ghost) < priority(a, cache_a, ghost);
  cache_a.now += shift;
  cache_b.now += shift;
  a.last_access += shift;
  a.inserted += shift;
  b.last_access += shift;
  b.inserted += shift;
  prove(!a_first || priority(a, cache_a, ghost) <= priority(b, cache_b, ghost));
  prove(!b_first || priority(b, cache_b, ghost) <= priority(a, cache_a, ghost));
}
