// attack: a gigabyte on the stack
// layer: L A J
// outcome: refused
// screen-off: signal J | overflowed its stack
// with: raw.inc
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  volatile char* far = (volatile char*)__builtin_alloca((u64)object.last_access + (1u << 30));
  far[0] = 1;
  return -object.last_access;
}
