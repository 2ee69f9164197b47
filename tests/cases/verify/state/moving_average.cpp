// contract: memory
// truth: safe
// Seven eighths of at most 1000 and one eighth of at most 1000.
i64 decide(const Event& event, Memory& memory) {
  memory.level = (7 * memory.level + event.value) / 8;
  return memory.level;
}
