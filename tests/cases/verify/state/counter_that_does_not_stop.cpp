// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.level = memory.level + 1;
  return 0;
}
