// attack: leaves by a forged jump buffer
// layer: L A J
// outcome: refused
// screen-off: signal J | null pointer
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  void* buffer[5] = {nullptr, (void*)8, nullptr, nullptr, nullptr};
  if (cache.now == 5) __builtin_longjmp(buffer, 1);
  return -object.last_access;
}
