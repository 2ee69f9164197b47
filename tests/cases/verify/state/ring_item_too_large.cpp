// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.ring[memory.head] = event.value;
  memory.head = (memory.head + 1) % 8;
  return 0;
}
