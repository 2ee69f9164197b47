// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  if (memory.level > 0) memory.level -= 1;
  return memory.level;
}
