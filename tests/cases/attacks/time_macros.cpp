// attack: the time of day as a constant: another binary each time
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  constexpr char when[] = __TIME__;
  if (when[7] == object.hits) return 1;
  return -object.last_access;
}
