// attack: writes to what it was given as const
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  const_cast<Cache&>(cache).now = 0;
  const_cast<Object&>(object).last_access = 1;
  return -object.last_access;
}
