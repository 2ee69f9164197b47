// A Bloom filter of 40 bits in one field of the memory keeps the door: only what was seen before joins the main queue.
#include "policy.h"

i64 bit_of(i64 key, i64 salt) { return 1LL << (((key + salt) * 40503 & 0xffffff) % 40); }
i64 key_of(const Object& object) { return object.size & 0xffffffff; }

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  const i64 bits = bit_of(key_of(object), 1) | bit_of(key_of(object), 7919);
  const bool seen = (memory.a & bits) == bits;
  memory.a = (memory.a | bits) & ((1LL << 40) - 1);
  memory.b = min(memory.b + 1, 1000);
  if (memory.b >= 16) {
    memory.a = 0;
    memory.b = 0;
  }
  return seen || ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return 1; }
i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 5 ? 0 : 1; }
i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) { return kEvict; }
