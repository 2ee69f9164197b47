// attack: draws random numbers: another answer each time
// layer: L A E
// outcome: refused
// screen-off: nondeterministic E
__attribute__((target("rdrnd"))) inline u64 drawn() {
  unsigned long long x = 0;
  __builtin_ia32_rdrand64_step(&x);
  return x;
}
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if ((drawn() & 1) != 0) return object.last_access;
  return -object.last_access;
}
