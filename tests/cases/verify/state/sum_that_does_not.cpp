// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  memory.total += event.key;
  return 0;
}
