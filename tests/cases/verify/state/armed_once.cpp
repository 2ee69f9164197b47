// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.armed = event.urgent || (memory.armed && event.value > 10);
  return memory.armed ? 1 : 0;
}
