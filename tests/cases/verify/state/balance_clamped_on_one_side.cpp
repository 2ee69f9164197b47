// contract: memory
// truth: unsafe
// expect: refuted output_range
i64 decide(const Event& event, Memory& memory) {
  const i64 step = event.urgent ? event.value : -event.value;
  memory.balance = min(memory.balance + step, 500);
  return 0;
}
