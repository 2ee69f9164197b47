// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.level = min(memory.level + 1, 1000);
  return memory.level;
}
