// attack: an array as long as it likes
// layer: A J
// outcome: refused
// screen-off: signal J
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 many[object.inserted + (1LL << 40)];
  many[0] = 1;
  if (many[object.hits] == 2) return 1;
  return -object.last_access;
}
