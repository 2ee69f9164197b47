// contract: memory
// truth: safe
// (7 * 1000 + 1000 + 7) / 8 is 1000.
i64 decide(const Event& event, Memory& memory) {
  memory.level = (7 * memory.level + event.value + 7) / 8;
  return 0;
}
