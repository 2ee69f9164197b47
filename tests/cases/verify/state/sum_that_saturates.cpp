// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.total = min(memory.total + event.key, 1LL << 50);
  return 0;
}
