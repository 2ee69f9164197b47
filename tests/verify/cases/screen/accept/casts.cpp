i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  bool known = ghost.known;
  bool more = bool(object.hits) && static_cast<bool>(ghost.hits);
  i64 sum = known + more;
  if (sum) sum = i64(known) + (i64)more + i64{3};
  if (!object.hits) return known;
  return sum ? sum : known;
}
