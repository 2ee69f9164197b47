// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.level += (event.value - memory.level) / 8;
  return memory.level;
}
