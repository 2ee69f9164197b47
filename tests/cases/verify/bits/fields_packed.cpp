// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.total = ((memory.total << 4) | (event.value & 15)) & ((1LL << 48) - 1);
  return memory.total & 255;
}
