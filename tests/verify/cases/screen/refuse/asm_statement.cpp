i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  asm("hlt");
  return 1;
}
// expect: 2: `asm` is not
