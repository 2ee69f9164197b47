// contract: memory
// truth: unsafe
// expect: refuted in_bounds line 7
// The index leaves the ring before it is brought back.
i64 decide(const Event& event, Memory& memory) {
  memory.head += 1;
  const i64 next = memory.ring[memory.head];
  memory.head %= 8;
  return next;
}
