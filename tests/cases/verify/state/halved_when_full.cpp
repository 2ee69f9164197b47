// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  for (i64 i = 0; i < 8; i += 1)
    if (memory.ring[event.key % 8] == 255) memory.ring[i] /= 2;
  memory.ring[event.key % 8] = min(memory.ring[event.key % 8] + 1, 255);
  return 0;
}
