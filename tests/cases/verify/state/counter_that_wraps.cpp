// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.level = memory.level == 1000 ? 0 : memory.level + 1;
  return 1000 - memory.level;
}
