// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  const i64 at = event.key % 8;
  if (memory.ring[at] == 255)
    for (i64 i = 0; i < 8; i += 1) memory.ring[i] >>= 1;
  memory.ring[at] += 1;
  return memory.ring[at];
}
