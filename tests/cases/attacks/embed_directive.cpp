// attack: takes the bytes of a file into an array
// layer: L A F C
// outcome: refused
// screen-off: compile_error F
i64 priority(const Object& object, const Cache& cache, const Ghost& ghost) {
  constexpr unsigned char bytes[] = {
#embed "/etc/passwd"
  };
  if (bytes[0] == object.hits) return 1;
  return -object.last_access;
}
