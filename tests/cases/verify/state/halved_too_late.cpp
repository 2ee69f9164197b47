// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  const i64 at = event.key % 8;
  memory.ring[at] += 1;
  if (memory.ring[at] > 256)
    for (i64 i = 0; i < 8; i += 1) memory.ring[i] >>= 1;
  return 0;
}
