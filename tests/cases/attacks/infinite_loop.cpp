// attack: never answers
// layer: L A R
// outcome: refused
// screen-off: timeout R | deadline
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  while (true) asm volatile("");
  return -object.last_access;
}
