// EXP3 over four sizes of the small queue: weights in fixed point, packed into one field of the memory, updated by a series for exp.
#include "policy.h"

// Four weights of ten bits each, from 1 to 1023.
i64 weight(const Memory& memory, i64 arm) { return max(memory.a >> (10 * clamp(arm, 0, 3)) & 1023, 1); }

void set_weight(Memory& memory, i64 arm, i64 value) {
  const i64 shift = 10 * clamp(arm, 0, 3);
  const i64 cleared = memory.a & ~(1023LL << shift) & ((1LL << 40) - 1);
  memory.a = cleared | (clamp(value, 1, 1023) << shift);
}

// exp(x / 1024) * 1024 for |x| <= 1024, by four terms.
i64 exponential(i64 x) {
  const i64 y = clamp(x, -1024, 1024);
  return 1024 + y + y * y / 2048 + y * y * y / 6291456;
}

i64 total(const Memory& memory) {
  i64 sum = 0;
  for (i64 arm = 0; arm < 4; ++arm) sum += weight(memory, arm);
  return sum;
}

i64 choose(const Memory& memory, i64 dice) {
  i64 left = dice % max(total(memory), 1);
  for (i64 arm = 0; arm < 3; ++arm) {
    left -= weight(memory, arm);
    if (left < 0) return arm;
  }
  return 3;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  if (memory.a <= 0) memory.a = 512 | 512LL << 10 | 512LL << 20 | 512LL << 30;
  if (queues.now % 256 == 0) {
    const i64 reward = clamp(min(queues.hits[0], 1 << 20) - min(queues.ghost_hits[0], 1 << 20), -512, 512);
    const i64 arm = clamp(memory.b, 0, 3);
    set_weight(memory, arm, weight(memory, arm) * exponential(reward) / 1024);
    memory.b = choose(memory, queues.now * 7919 % 1048573);
  }
  return ghost.known == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = min(mark.count + 1, 3);
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) { return queues.bytes[0] > queues.capacity / 32 << clamp(memory.b, 0, 3) ? 0 : 1; }

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count > 0) {
    mark.count -= 1;
    return 1;
  }
  return kEvict;
}
