// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.total = ((memory.total << 4) | (event.value & 15)) & ((1LL << 52) - 1);
  return 0;
}
