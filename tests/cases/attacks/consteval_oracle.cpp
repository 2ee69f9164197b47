// attack: lets the compiler evaluate what it knows of the machine
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (__builtin_constant_p(object.hits) || sizeof(__TIMESTAMP__) == 1) return 1;
  return -object.last_access;
}
