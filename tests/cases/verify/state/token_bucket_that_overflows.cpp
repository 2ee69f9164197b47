// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.level = memory.level + event.elapsed / 1000;
  if (memory.level < event.value) return -1;
  memory.level -= event.value;
  return min(memory.level, 1000);
}
