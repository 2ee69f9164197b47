// contract: memory
// truth: unsafe
// expect: refuted never_falls
i64 decide(const Event& event, Memory& memory) {
  memory.level = event.urgent && memory.armed ? 0 : min(memory.level + event.value, 1000);
  memory.armed = event.value > 10;
  return memory.level;
}
// ---- properties
/// A level never falls, over two events.
ASSAY_PROPERTY(never_falls, required) {
  auto memory = any<Memory>();
  auto first = any<Event>(), second = any<Event>();
  const i64 before = memory.level;
  decide(first, memory);
  prove(decide(second, memory) >= before);
}
