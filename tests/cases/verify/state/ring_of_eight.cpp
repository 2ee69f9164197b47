// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.ring[memory.head] = event.value & 255;
  memory.head = (memory.head + 1) & 7;
  return memory.ring[memory.head];
}
