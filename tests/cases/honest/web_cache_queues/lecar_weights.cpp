// LeCaR (Vietri et al. 2018): two experts whose weights fall by a factor at each regretted eviction, in 1/65536, and a coin from a state.
#include "policy.h"

i64 next_random(Memory& memory) {
  memory.c = (clamp(memory.c, 0, (1LL << 31) - 1) * 1103515245 + 12345) & 0x7fffffff;
  return memory.c >> 8;
}

void learn(Memory& memory, i64 expert, i64 age, i64 capacity) {
  i64 lru = clamp(memory.a, 1, 65535), lfu = 65536 - lru;
  const i64 discount = max(64 - min(64 * age / max(capacity, 1), 63), 1);
  if (expert == 0) lru -= lru * discount / 256;
  else lfu -= lfu * discount / 256;
  memory.a = clamp(65536 * lru / max(lru + lfu, 1), 655, 64880);
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (memory.a == 0) memory.a = 32768;
  if (ghost.known == 1) learn(memory, ghost.tag & 1, ghost.age, queues.objects);
  mark.count = ghost.known == 1 ? min(ghost.count + 1, 8) : 1;
  mark.tag = 0;
  return mark.count > 2 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, kMaxMark);
  return mark.count > 2 ? 1 : 0;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  const bool by_recency = next_random(memory) % 65536 < memory.a;
  memory.d = by_recency ? 0 : 1;
  if (by_recency) return queues.length[1] > 2 * queues.length[0] ? 1 : 0;
  return queues.length[0] > 0 ? 0 : 1;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.tag = memory.d == 1 ? 1 : 0;
  if (memory.d == 1 && mark.count > 4) {
    mark.count /= 2;
    return object.queue;
  }
  return kEvict;
}
