// attack: as many helpers as fit into the text, each calling the one before
// layer: E
// outcome: ok
// screen-off: ok E
i64 h0(i64 x) { return x; }
//* 1199 i64 h\i(i64 x) { return h\p(x) + 1; }\n
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  if (object.hits == h1199(1)) return 2;
  return -object.last_access;
}
