// contract: web_cache_queues
static void age(Memory& memory, i64 step) {
  memory.a = min(memory.a + step, kMaxMemory);
  if (memory.a == kMaxMemory) return;
  memory.b ^= 1;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  age(memory, 2);
  mark.tag = ghost.known ? 1 : 0;
  return (ghost.known == 1 and not (object.size > 3)) ? 1 : 0;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  mark.count = mark.count < kMaxMark ? mark.count + 1 : kMaxMark;
  return kStay;
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  i64 longest = 0;
  for (i64 i = 1; i < kQueues; i += 1) {
    if (queues.length[i] > queues.length[longest]) longest = i;
  }
  return longest;
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  if (mark.count > 0) {
    mark.count--;
    return object.queue;
  }
  return kEvict;
}
