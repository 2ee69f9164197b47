// attack: a raw string in which comments end and begin
// layer: L A E
// outcome: refused
// screen-off: ok E
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  constexpr char text[] = R"(*/ " // )";
  if (text[0] == object.hits) return 1;
  /* )" */
  return -object.last_access;
}
