// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.level = (7 * memory.level + 2 * event.value) / 8;
  return 0;
}
