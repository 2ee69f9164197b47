// attack: a name with a Cyrillic letter that looks like one of the contract's
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  i64 оbject_hits = 0;
  if (оbject_hits == object.hits) return 1;
  return -object.last_access;
}
