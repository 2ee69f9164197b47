// contract: memory
// truth: unsafe
// expect: refuted commutes
i64 decide(const Event& event, Memory& memory) {
  memory.level = (memory.level + event.value) / 2;
  return memory.level;
}
// ---- properties
/// Two events in either order.
ASSAY_PROPERTY(commutes, required) {
  auto memory = any<Memory>();
  auto other = memory;
  auto first = any<Event>(), second = any<Event>();
  decide(first, memory);
  decide(second, other);
  prove(decide(second, memory) == decide(first, other));
}
