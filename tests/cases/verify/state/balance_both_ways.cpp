// contract: memory
// truth: safe
i64 decide(const Event& event, Memory& memory) {
  const i64 step = event.urgent ? event.value : -event.value;
  memory.balance = clamp(memory.balance + step, -500, 500);
  return memory.balance > 0 ? 1 : 0;
}
