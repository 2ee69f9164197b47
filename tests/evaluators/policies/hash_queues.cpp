// Looks at everything and answers by a hash of it (hash_priority.cpp).

u64 mixed(u64 hash, i64 value) {
  hash = (hash ^ static_cast<u64>(value)) * 0x9e3779b97f4a7c15ull;
  return hash ^ (hash >> 29);
}

template <class... Values>
u64 all_mixed(u64 hash, Values... values) {
  ((hash = mixed(hash, values)), ...);
  return hash;
}

u64 hash_of(const Queues& queues, const Memory& memory) {
  u64 hash = 1;
  for (i64 i = 0; i < kQueues; ++i)
    hash = all_mixed(hash, queues.length[i], queues.bytes[i], queues.hits[i], queues.ghost_hits[i]);
  hash = all_mixed(hash, queues.capacity, queues.used, queues.objects, queues.ghosts, queues.now, memory.a, memory.b, memory.c,
                   memory.d);
  return hash;
}

u64 hash_of(u64 hash, const Object& object, const Mark& mark) {
  hash = all_mixed(hash, object.size, object.queue, object.age, object.idle, mark.count, mark.tag);
  return hash;
}

i64 on_insert(const Object& object, const Ghost& ghost, const Queues& queues, Mark& mark, Memory& memory) {
  u64 hash = hash_of(hash_of(queues, memory), object, mark);
  hash = all_mixed(hash, ghost.known, ghost.queue, ghost.count, ghost.tag, ghost.age, ghost.requests_ago);
  mark.count = static_cast<i64>(hash & 255);
  memory.a = static_cast<i64>((hash >> 8) & 0xffff);
  return static_cast<i64>((hash >> 24) % 9) / 2;
}

i64 on_hit(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const u64 hash = hash_of(hash_of(queues, memory), object, mark);
  mark.tag = static_cast<i64>(hash & 255);
  memory.b = -static_cast<i64>((hash >> 8) & 0xffff);
  return static_cast<i64>((hash >> 24) % 5);
}

i64 pick_queue(const Queues& queues, Memory& memory) {
  memory.c = (memory.c + 1) % 1000;
  return static_cast<i64>((hash_of(queues, memory) >> 24) % 4);
}

i64 on_head(const Object& object, const Queues& queues, Mark& mark, Memory& memory) {
  const u64 hash = hash_of(hash_of(queues, memory), object, mark);
  mark.count = static_cast<i64>(hash & 127);
  memory.d = static_cast<i64>((hash >> 8) & 0xffff);
  return static_cast<i64>((hash >> 24) % 6);
}
