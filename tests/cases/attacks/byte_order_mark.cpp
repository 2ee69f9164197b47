// attack: begins with a byte order mark
// layer: L E
// outcome: refused
// screen-off: ok E
//* 1 \xef\xbb\xbf
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  return -object.last_access;
}
