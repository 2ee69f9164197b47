// Compares two averages of the miss rate, a quick and a slow one, and empties the old generation when the phase changes.
#include "policy.h"

void observe(Memory& memory, i64 sample) {
  const i64 quick = clamp(memory.a, 0, 65536), slow = clamp(memory.b, 0, 65536);
  memory.a = quick + (sample - quick) / 16;
  memory.b = slow + (sample - slow) / 256;
  if (memory.a > 2 * memory.b + 4096 && memory.c == 0) memory.c = 1;
  if (memory.a <= memory.b) memory.c = 0;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  observe(memory, 65536);
  return ghost.known == 1 ? 2 : memory.c == 1 ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  observe(memory, 0);
  mark.count = 1;
  return object.queue < 2 ? 2 : kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  if (memory.c == 1 && queues.length[2] > 0) return 2;
  return queues.bytes[0] > queues.capacity / 4 ? 0 : queues.length[1] > 0 ? 1 : 2;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count == 1 && object.queue == 2 && object.idle < queues.objects) {
    mark.count = 0;
    return 2;
  }
  return kEvict;
}
