// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.level = min(memory.level + event.elapsed / 1000, 1000);
  if (memory.level < event.value) return -1;
  memory.level -= event.value;
  return memory.level;
}
