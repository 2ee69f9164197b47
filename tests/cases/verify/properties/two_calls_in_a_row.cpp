// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  memory.level = min(memory.level + event.value, 1000);
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
