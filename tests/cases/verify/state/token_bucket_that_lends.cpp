// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.level = min(memory.level + event.elapsed / 1000, 1000);
  if (memory.level + 1 < event.value) return -1;
  memory.level -= event.value;
  return 0;
}
